/** A hunt on a terminal: a line for each defect, and how many programs it took. */
import type { Hunt, Quarry } from '../harness/explore/hunt.ts';
import { count, padEnd, seconds } from './text.ts';

/** Ends with a line end. */
export function renderHunt({ quarry, commit, median, worst }: Hunt, runs: number): string {
  const width = Math.max(0, ...quarry.map(({ defect }) => defect.length));
  const found = quarry.filter(({ explored }) => explored.found).length;
  const figures = median === null ? '' : `; programs until then: median ${median}, worst ${worst}`;
  return [
    `${found} of ${count(quarry.length, 'defect')} found within ${count(runs, 'program')}${figures}`,
    `chosen by commit ${commit}`,
    '',
    ...quarry.map((each) => `${padEnd(each.defect, width)}  ${outcome(each)}`),
    '',
  ].join('\n');
}

function outcome({ explored }: Quarry): string {
  const { found, programs, failure, durationMs } = explored;
  if (failure) return `? ${failure.code}: ${failure.message}`;
  if (!found) return `✗ not found in ${count(programs.played, 'program')}`;
  const { checkers, program, confirmed } = found;
  const sure = `fails ${confirmed.failed} of ${confirmed.plays}`;
  return `✓ program ${programs.firstFailed}, ${count(program.steps.length, 'step')}, ${sure}, in ${seconds(durationMs)}: ${checkers.join(', ')}`;
}
