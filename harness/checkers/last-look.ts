/** Whether anybody looked in the end: that nobody found anything wrong says nothing where nobody did. */
import type { Generation } from './generation.ts';
import type { PlayFacts } from './play-facts.ts';

/** What is missing of the last look at an answer that was taken on, in words; null where nothing is. */
export function missingLook(generation: Generation, play: PlayFacts): string | null {
  if (generation.fate(play) !== 'sent') return null;
  // What a page renders is no word on the source.
  if (generation.freshViews.every(({ rendering }) => rendering !== null))
    return 'no fresh reader got to read the answer';
  if (play.hasProbe && generation.finalRows.length === 0)
    return 'the database was not looked into in the end';
  const http = play.failedRead(generation.sessionOf(play));
  return http === undefined ? null : `the session could not be read in the end: status ${http}`;
}
