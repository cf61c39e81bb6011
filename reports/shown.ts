/** Which plays a report draws and which lines it quotes: the failed ones first, and the first of each kind. */
import type { Results } from '../harness/runs/results.ts';
import { cells, fold } from './folded.ts';
import type { Wanted } from './timeline.ts';

const MOST_PLAYS = 24;
const TROUBLED_OF_A_KIND = 2;

export function shown(results: Results): Wanted {
  const kinds = cells(fold(results)).map(({ cell }) => cell);
  const troubled = kinds.flatMap((cell) =>
    cell.plays.filter((play) => play.verdict !== 'pass').slice(0, TROUBLED_OF_A_KIND),
  );
  const firsts = kinds.flatMap((cell) => cell.plays.slice(0, 1));
  const chosen = new Set([...troubled, ...firsts].map((play) => play.play).slice(0, MOST_PLAYS));
  return {
    plays: results.scenarios.map((play) => play.play).filter((play) => chosen.has(play)),
    evidence: kinds.flatMap((cell) =>
      [...cell.checks.values()].flatMap((check) => check.first.check.evidence),
    ),
  };
}
