/**
 * The summary of an exploration on a terminal:
 *
 *     ✗ FAIL  The 12th of 200 programs broke an invariant.
 *
 *     1  laptop/1 asks a in kelp (9 chunks), the LLM says 4 of them
 *     2  laptop/1 is reloaded
 */
import type { Explored, Found } from '../harness/explore/results.ts';
import { INTERRUPTED } from '../harness/runs/exit-codes.ts';
import { count, hang, seconds, visible, wrap } from './text.ts';
import { exit, MARK } from './words.ts';

/** Ends with a line end. */
export function renderExplored(explored: Explored, width: number): string {
  const { verdict, seed, programs, durationMs, failure, found, doubts, command } = explored;
  const word = failure ? 'FAILURE' : verdict.toUpperCase();
  const ended = exit(explored);
  const blocks = [
    [
      `${MARK[failure ? 'fail' : verdict]} ${word}  ${headlineOf(explored)}`,
      `seed ${seed} · ${count(programs.played, 'program')} in ${seconds(durationMs)}`,
    ],
    failure && failure.code !== INTERRUPTED
      ? wrap(visible(`${failure.code}: ${failure.message}`), width)
      : [],
    found ? finding(found, width) : [],
    doubts.flatMap(({ name, reason }) =>
      wrap(visible(`? ${name ?? 'several played together'}: ${reason}`), width),
    ),
    lookedAt(explored, width),
    [`repeat  ${command}`, `exit    ${ended.code}: ${ended.means}`],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headlineOf({ failure, found, doubts, programs }: Explored): string {
  if (failure?.code === INTERRUPTED) return 'The exploration was interrupted and proves nothing.';
  if (failure) return 'The harness failed: this exploration proves nothing.';
  if (found) return `Program ${programs.firstFailed} of ${programs.asked} broke an invariant.`;
  if (doubts.length > 0) return `Nothing can be said of ${count(doubts.length, 'program')}.`;
  if (programs.played < programs.asked) {
    return `There are only ${count(programs.played, 'program')} for such a target; ${programs.asked} were asked for.`;
  }
  return `Nothing found: all ${count(programs.played, 'program')} kept every invariant that was judged.`;
}

function finding(found: Found, width: number): string[] {
  const { words, checkers, reason, stepsBefore, shrink, confirmed, command, file, report } = found;
  const digits = String(words.length).length;
  const till = shrink.exhausted ? 'nothing simpler fails' : 'there may be something simpler';
  return [
    ...words.map((line, index) => `  ${String(index + 1).padStart(digits)}  ${visible(line)}`),
    '',
    `  broken      ${checkers.join(', ')}`,
    ...wrap(visible(reason), width - 14).map(
      (line, index) => `  ${index === 0 ? 'seen  ' : '      '}      ${line}`,
    ),
    `  shortened   from ${count(stepsBefore, 'step')} to ${words.length}, by ${count(shrink.plays, 'play')}; ${till}`,
    `  confirmed   it failed in ${confirmed.failed} of ${count(confirmed.plays, 'further play')}`,
    `  replay      ${command}`,
    ...(file === null ? [] : [`  kept        ${file}`]),
    ...(report === null ? [] : [`  report      ${report}`]),
  ];
}

/** "Nothing found" says as much as what was looked at. */
function lookedAt({ tally: { steps, pairs, faults, checks } }: Explored, width: number): string[] {
  const counts = (entries: [string, number][]) =>
    entries
      .filter(([, n]) => n > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([name, n]) => `${name} ${n}`)
      .join(', ') || 'none';
  const struck = Object.entries(faults).map(([kind, { live }]): [string, number] => [kind, live]);
  const others = Object.entries(faults).map(([kind, { all = 0 }]): [string, number] => [kind, all]);
  const judged = Object.entries(checks).map(([id, { samples }]): [string, number] => [id, samples]);
  return [
    hang('steps   ', counts(Object.entries(steps)), width),
    `pairs   ${pairs.seen} of ${pairs.possible} kinds of steps came directly after one another`,
    hang('faults  ', `${counts(struck)} (of live streams)`, width),
    ...(others.some(([, n]) => n > 0)
      ? [hang('        ', `${counts(others)} (of all who are there, or to come)`, width)]
      : []),
    hang('judged  ', `${counts(judged)} (samples)`, width),
  ];
}
