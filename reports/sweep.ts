/**
 * The summary of a sweep on a terminal:
 *
 *     ✓ PASS  All 2745 plays kept every invariant that was judged.
 *     2745 cut points in 54.9 s: 50.0 a second
 *
 *     cut          resume × 1  poll × 1  refresh × 1
 *     reset        61          61        60 of 61
 */
import type { Results, ScenarioResult } from '../harness/runs/results.ts';
import { padEnd, seconds, shorten, visible } from './text.ts';
import { exit as exitOf, headline, MARK } from './words.ts';

export interface SweptPoint {
  id: string;
  kind: string;
  /** Where it stands in the matrix of its kind. */
  row: string;
  column: string;
}

export interface SweepSummary {
  results: Results;
  points: readonly SweptPoint[];
  /** How long each kind of points was played for, ms. */
  playedMs: Readonly<Record<string, number>>;
  /** The command that repeats one point. */
  repeats(id: string): string;
}

/** Points that are told of in full; the others are counted. */
const TOLD = 10;

/** Ends with a line end. */
export function renderSweep(swept: SweepSummary): string {
  const { results, points } = swept;
  const byId = new Map(results.scenarios.map((scenario) => [scenario.id, scenario]));
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const word = results.failure ? 'FAILURE' : results.verdict.toUpperCase();
  const mark = MARK[results.failure ? 'fail' : results.verdict];
  const { code, means } = exitOf(results);
  const blocks = [
    [`${mark} ${word}  ${headline(results)}`, ...kinds.map((kind) => pace(kind, swept))],
    ...kinds.map((kind) => matrix(kind, points, byId)),
    trouble(swept),
    ...(results.failure ? [[`${results.failure.code}: ${results.failure.message}`]] : []),
    ...(results.skipped.length > 0 ? [skippedOf(results)] : []),
    [`seed    ${results.seed}`, `repeat  ${results.command}`, `exit    ${code}: ${means}`],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function pace(kind: string, { results, points, playedMs }: SweepSummary): string {
  const ids = new Set(points.filter((point) => point.kind === kind).map(({ id }) => id));
  const played = results.scenarios.filter(({ id }) => ids.has(id)).length;
  const ms = playedMs[kind] ?? 0;
  const rate = ms > 0 ? `: ${((played * 1000) / ms).toFixed(1)} a second` : '';
  return `${played} of ${ids.size} ${kind} points in ${seconds(ms)}${rate}`;
}

function matrix(
  kind: string,
  points: readonly SweptPoint[],
  byId: ReadonlyMap<string, ScenarioResult>,
): string[] {
  const own = points.filter((point) => point.kind === kind);
  const rows = [...new Set(own.map(({ row }) => row))];
  const columns = [...new Set(own.map(({ column }) => column))];
  const cell = (row: string, column: string) => {
    const here = own.filter((point) => point.row === row && point.column === column);
    const passed = here.filter(({ id }) => byId.get(id)?.verdict === 'pass').length;
    return here.length === 0 ? '–' : passed === here.length ? `${passed}` : `${passed} of ${here.length}`;
  };
  const table = [
    [kind, ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => cell(row, column))]),
  ];
  const widths = [kind, ...columns].map((_, i) => Math.max(...table.map((line) => line[i]!.length)));
  return table.map((line) =>
    line
      .map((text, i) => padEnd(text, widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}

function trouble({ results, repeats }: SweepSummary): string[] {
  const troubled = results.scenarios.filter(({ verdict }) => verdict !== 'pass');
  const told = troubled
    .slice(0, TOLD)
    .flatMap(({ id, verdict, reason, driver }) => [
      `${MARK[verdict]} ${id}`,
      `    ${shorten(visible(reason ?? 'no reason was given'), 400)}`,
      ...(driver === 'none' ? [] : [`    ${repeats(id)}`]),
    ]);
  const more = troubled.length - TOLD;
  return more > 0 ? [...told, `… and ${more} more; all of them stand in results.json`] : told;
}

function skippedOf({ skipped }: Results): string[] {
  const [first] = skipped;
  return [`${skipped.length} points were skipped, such as ${first!.what}: ${first!.why}`];
}
