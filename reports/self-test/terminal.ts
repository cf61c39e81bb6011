/**
 * The matrix of a self-test on a terminal:
 *
 *                                        no-loss
 *                                        │ no-duplication
 *                                        │ │
 *     ✓ cursor-ignored   resume-at-edge  · ●
 */
import type { PlantedResult, SelfTestResults } from '../../harness/self-test/results.ts';
import { count, seconds, shorten, visible, wrap } from '../text.ts';
import { MARK } from '../words.ts';
import { columnsOf, everyRow, exit, headline, MARKS, type Mark, markOf, nameOf } from './words.ts';

export interface SelfTestSummaryOptions {
  /** Whether to colour. */
  color: boolean;
  /** Columns of the terminal. */
  width: number;
  /** Path of the report. */
  report: string;
}

const STYLE = { bold: 1, dim: 2, pass: 32, fail: 31, unknown: 33 } as const;
type Paint = (style: keyof typeof STYLE, text: string) => string;

const COLOUR: Readonly<Record<Mark, keyof typeof STYLE>> = {
  named: 'pass',
  companion: 'pass',
  unjudged: 'dim',
  missed: 'fail',
  alarm: 'fail',
  none: 'dim',
};

const OUTCOME = { exact: 'pass', differs: 'fail', 'not-played': 'unknown' } as const;

/** Ends with a line end. */
export function renderSelfTest(results: SelfTestResults, options: SelfTestSummaryOptions): string {
  const { color, width, report } = options;
  const paint: Paint = (style, text) => (color ? `\u001b[${STYLE[style]}m${text}\u001b[0m` : text);
  const word = results.failure ? 'FAILURE' : results.verdict.toUpperCase();
  const verdict = results.failure ? 'fail' : results.verdict;
  const { code, means } = exit(results);
  const plays = everyRow(results).length;
  const blocks = [
    [
      `${paint(verdict, `${MARK[verdict]} ${word}`)}  ${paint('bold', headline(results))}`,
      paint('dim', `seed ${results.seed} · ${count(plays, 'run')} in ${seconds(results.durationMs)}`),
    ],
    matrix(results, paint),
    Object.values(MARKS).map(({ sign, means: meaning }) => paint('dim', `${sign}  ${meaning}`)),
    ...everyRow(results).flatMap((row) => (row.outcome === 'exact' ? [] : [trouble(row, width, paint)])),
    results.failure
      ? wrap(visible(`${results.failure.code}: ${results.failure.message}`), Math.max(40, width))
      : [],
    [
      `${paint('dim', 'report')}  ${report}`,
      `${paint('dim', 'repeat')}  ${results.command}`,
      `${paint('dim', 'exit')}    ${code}: ${means}`,
    ],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function matrix(results: SelfTestResults, paint: Paint): string[] {
  const rows = everyRow(results);
  const checkers = columnsOf(results);
  const longest = (texts: string[]) => Math.max(0, ...texts.map((text) => text.length));
  const nameWidth = longest(rows.map(nameOf));
  const playWidth = longest(rows.map(played));
  const indent = ' '.repeat(2 + nameWidth + 2 + playWidth + 2);
  const header = checkers.map((id, i) => `${indent}${'│ '.repeat(i)}${id}`);
  return [
    ...header.map((line) => paint('dim', line)),
    ...rows.map((row) => {
      const verdict = OUTCOME[row.outcome];
      const marks = checkers.map((id) => {
        const mark = markOf(row, id);
        return paint(COLOUR[mark], MARKS[mark].sign);
      });
      const start = `${paint(verdict, MARK[verdict])} ${nameOf(row).padEnd(nameWidth)}`;
      return `${start}  ${paint('dim', played(row).padEnd(playWidth))}  ${marks.join(' ')}`;
    }),
  ];
}

const played = ({ scenario, driver }: PlantedResult) =>
  driver === 'api' ? scenario : `${scenario} (${driver})`;

function trouble(row: PlantedResult, width: number, paint: Paint): string[] {
  const verdict = OUTCOME[row.outcome];
  const why = row.outcome === 'not-played' ? `not played: ${row.why}` : row.why!;
  return [
    paint(verdict, `${MARK[verdict]} ${nameOf(row)} × ${played(row)}`),
    ...wrap(visible(why), Math.max(40, width) - 2).map((line) => `  ${line}`),
    `  ${paint('dim', 'repeat')}  ${row.command}`,
    ...(row.folder === null
      ? []
      : [shorten(`  ${paint('dim', 'folder')}  ${row.folder}`, Math.max(60, width))]),
  ];
}
