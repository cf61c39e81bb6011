/**
 * The summary of a run on a terminal:
 *
 *     ✗ FAIL  3 of 8 plays broke an invariant.
 *
 *     scenario  driver   at-end    checkpoint
 *     refresh   api      ✗ fail    ✓ pass
 */
import type { CheckVerdict } from '../harness/checkers/checker.ts';
import { UNREAD } from '../harness/checkers/judge.ts';
import type { Results } from '../harness/runs/results.ts';
import {
  type Cell,
  cells,
  type Folded,
  type FoldedCheck,
  fold,
  foldMetric,
  metricKeys,
  tally,
} from './folded.ts';
import { loadSummary } from './load-summary.ts';
import { columns, padEnd, seconds, shorten, visible, withUnit, wrap } from './text.ts';
import {
  exit as exitOf,
  headline,
  MARK,
  metricName,
  PLACE,
  planted,
  played,
  skippedTogether,
} from './words.ts';

export interface SummaryOptions {
  /** Whether to colour; the caller knows the stream and NO_COLOR. */
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Path of the report, where one was written. */
  report?: string;
}

type Paint = (style: 'bold' | 'dim' | CheckVerdict, text: string) => string;

const STYLE = { bold: 1, dim: 2, pass: 32, fail: 31, unknown: 33, 'not-applicable': 2 } as const;

/** Ends with a line end. */
export function renderSummary(results: Results, options: SummaryOptions): string {
  const paint: Paint = (style, text) => (options.color ? `\u001b[${STYLE[style]}m${text}\u001b[0m` : text);
  const width = Math.max(40, options.width);
  const folded = fold(results);
  const blocks = [
    verdict(results, paint),
    table(folded, width, paint),
    ...troubles(folded, width, paint),
    remarks(results, width),
    results.load
      ? loadSummary(results.load).flatMap((line) => wrap(visible(line), width))
      : figures(folded, width),
    closing(results, options.report, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdict(results: Results, paint: Paint): string[] {
  const word = results.failure ? 'FAILURE' : results.verdict.toUpperCase();
  const style = results.failure ? 'fail' : results.verdict;
  const broken = planted(results);
  return [
    `${paint(style, `${MARK[style]} ${word}`)}  ${paint('bold', headline(results))}`,
    paint('dim', `seed ${results.seed} · ${played(results)} in ${seconds(results.durationMs)}`),
    ...(broken === null ? [] : [paint('bold', broken)]),
  ];
}

function table(folded: Folded, width: number, paint: Paint): string[] {
  if (folded.rows.length === 0) return [];
  const longest = (texts: string[]) => Math.max(...texts.map((text) => text.length));
  const nameWidth = Math.min(longest(['scenario', ...folded.rows.map((r) => r.id)]), Math.floor(width / 3));
  const driverWidth = longest(['driver', ...folded.rows.map((r) => r.driver)]);
  const cellWidth = Math.max(9, longest(folded.persistence));
  const line = (name: string, driver: string, entries: string[]) =>
    `${padEnd(shorten(name, nameWidth), nameWidth)}  ${padEnd(driver, driverWidth)}  ${entries.join('  ')}`.trimEnd();
  return [
    paint(
      'dim',
      line(
        'scenario',
        'driver',
        folded.persistence.map((p) => padEnd(p, cellWidth)),
      ),
    ),
    ...folded.rows.map((row) =>
      line(
        row.id,
        row.driver,
        folded.persistence.map((persistence) => {
          const cell = row.cells.get(persistence);
          if (!cell) return padEnd('', cellWidth);
          const text = `${MARK[cell.verdict]} ${tally(cell)}`;
          return paint(cell.verdict, text) + padEnd('', cellWidth - columns(text));
        }),
      ),
    ),
  ];
}

/** What went wrong; where it is the same in several, it is told once. */
function troubles(folded: Folded, width: number, paint: Paint): string[][] {
  const troubled = cells(folded).filter(
    ({ cell }) => cell.verdict !== 'pass' && cell.verdict !== 'not-applicable',
  );
  const alike = Map.groupBy(troubled, ({ cell }) => trouble('', cell, width, paint).join('\n'));
  return [...alike.values()].map(([first, ...others]) => {
    const { row, cell } = first!;
    const rest = (driver: string, persistence: string) => [driver, persistence].filter(Boolean).join(' · ');
    const shared = rest(row.driver, cell.persistence);
    const names = others.map((other) => {
      const own = rest(other.row.driver, other.cell.persistence);
      return own === shared ? other.row.id : `${other.row.id} · ${own}`;
    });
    return [
      ...trouble([row.id, shared].filter(Boolean).join(' · '), cell, width, paint),
      ...(names.length === 0
        ? []
        : wrap(`the same in ${names.length} more: ${names.join(', ')}`, width - 2).map(
            (text) => `  ${text}`,
          )),
    ];
  });
}

function trouble(name: string, cell: Cell, width: number, paint: Paint): string[] {
  const troubled = [...cell.checks.values()].filter((c) => c.verdict === 'fail' || c.verdict === 'unknown');
  const lines = [paint(cell.verdict, `${MARK[cell.verdict]} ${name}`), ...unread(cell, width)];
  if (troubled.length === 0) {
    const reason = cell.plays.find((play) => play.verdict === cell.verdict)?.reason ?? 'no reason was given';
    return [...lines, ...wrap(visible(reason), width - 2).map((text) => `  ${text}`)];
  }
  // Where something is known to be broken, what else could not be judged is worth a line.
  const [told, named] = cell.verdict === 'fail' ? split(troubled) : [troubled, []];
  const names = named.map((check) => check.id).join(', ');
  return [
    ...lines,
    ...alike(told).flatMap((checks) => finding(checks, width, paint)),
    ...(named.length === 0
      ? []
      : wrap(`${MARK.unknown} not judged: ${names}`, width - 2).map((text) => `  ${text}`)),
  ];
}

function split(checks: readonly FoldedCheck[]): [failed: FoldedCheck[], unknown: FoldedCheck[]] {
  return [checks.filter((c) => c.verdict === 'fail'), checks.filter((c) => c.verdict !== 'fail')];
}

/** That the adapter could not read the target, which may be all that there is to mend. */
function unread(cell: Cell, width: number): string[] {
  const reason = cell.plays.find((play) => play.reason?.includes(UNREAD))?.reason;
  if (!reason) return [];
  return wrap(visible(reason.slice(reason.indexOf(UNREAD))), width - 2).map((text) => `  ${text}`);
}

/** What could not be judged for one and the same reason, together; what failed, each by itself. */
function alike(checks: readonly FoldedCheck[]): [FoldedCheck, ...FoldedCheck[]][] {
  const groups = Map.groupBy(checks, ({ verdict, first: { check } }) =>
    verdict === 'unknown' ? check.actual : check.id,
  );
  return [...groups.values()] as [FoldedCheck, ...FoldedCheck[]][];
}

function finding(
  [folded, ...others]: [FoldedCheck, ...FoldedCheck[]],
  width: number,
  paint: Paint,
): string[] {
  const { check } = folded.first;
  const times = folded.plays > 1 ? ` in ${folded.times} of ${folded.plays}` : '';
  const line = (name: string, text: string) =>
    `      ${name.padEnd(8)}  ${shorten(visible(text), width - 16)}`;
  const place = check.place ? `, ${PLACE[check.place].where}` : '';
  return [
    paint(folded.verdict, shorten(`  ${MARK[folded.verdict]} ${check.id}${times}${place}`, width)),
    ...(others.length === 0
      ? []
      : wrap(`and ${others.map(({ first }) => first.check.id).join(', ')}`, width - 4).map(
          (text) => `    ${text}`,
        )),
    ...(folded.verdict === 'unknown' || check.expected === '' ? [] : [line('expected', check.expected)]),
    ...(check.actual === '' ? [] : [line(folded.verdict === 'unknown' ? 'because' : 'actual', check.actual)]),
  ];
}

function remarks(results: Results, width: number): string[] {
  const lines = [
    // What a process said last is in lines of its own.
    ...(results.failure ? `${results.failure.code}: ${results.failure.message}`.split('\n') : []),
    ...skippedTogether(results.skipped).map(
      ({ whats, why, allowed }) =>
        `skipped${allowed ? ', as allowed' : ''}: ${whats.join(', ')}, because ${why}`,
    ),
    ...results.flaws.slice(0, 5).map((flaw) => `history: ${flaw.message}`),
    ...(results.flaws.length > 5 ? [`history: ${results.flaws.length - 5} more flaws`] : []),
  ];
  return lines.flatMap((line) => wrap(visible(line), width));
}

/** What the summary tells; the report has all. */
const SUMMED_UP: ReadonlySet<string> = new Set([
  'recovery-first-new',
  'recovery-caught-up',
  'recovery-finished',
]);

function figures(folded: Folded, width: number): string[] {
  const drivers = [...new Set(folded.rows.map(({ driver }) => driver))];
  const columns = folded.persistence.flatMap((persistence) =>
    drivers.map((driver) => ({ persistence, driver })),
  );
  return columns.flatMap(({ persistence, driver }) => {
    const rows = folded.rows.filter((row) => row.driver === driver);
    const plays = rows.flatMap((row) => row.cells.get(persistence)?.plays ?? []);
    return metricKeys(plays)
      .filter((key) => SUMMED_UP.has(key))
      .map((key) => {
        const m = foldMetric(plays, key)!;
        // Of one sample there are no quantiles to speak of.
        const values =
          m.n === 1
            ? withUnit(m.p50, m.unit)
            : `p50 ${withUnit(m.p50, m.unit)}  max ${withUnit(m.max, m.unit)}  n ${m.n}`;
        return shorten(`${values}  ${metricName(key)}, ${driver}, ${persistence}`, width);
      });
  });
}

function closing(results: Results, report: string | undefined, paint: Paint): string[] {
  const exit = exitOf(results);
  return [
    ...(report === undefined ? [] : [`${paint('dim', 'report')}  ${report}`]),
    `${paint('dim', 'repeat')}  ${results.command}`,
    `${paint('dim', 'exit')}    ${exit.code}: ${exit.means}`,
  ];
}
