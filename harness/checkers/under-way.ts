/**
 * An answer of which the play was over before it had ended: what of it is late, and what is lost.
 *
 * What a target that says it is still at work has not brought yet may still come; that it takes too long is the matter of
 * eventual-end. Lost is, as far as can be known by then, what had been there and is gone:
 *
 *     saved     in an earlier look at the database, and no more in the last looks
 *     seen      by a reader, but for the checkpoint interval: a target without one never promised it to be kept by now
 *     skipped   later text is there, in the database, to who comes afresh or to who still watches
 */
import type { Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { deathsIn } from './mishaps.ts';
import { certainlyBefore, type Instant } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import { type Position, positionOf, showPosition } from './position.ts';
import { placeOfLoss, type Text, textOfView } from './texts.ts';

/** Why more of it may still come, in words; null: no more does. */
export function lateness(generation: Generation, play: PlayFacts): string | null {
  if (generation.isOpen) return 'the play was over before the LLM had finished';
  return isUnderWay(generation, play) ? 'the play was over before the answer had ended: it is late' : null;
}

/**
 * Whether the target may still be at work on it: nobody was told an end, it has not hung up on the LLM, and by its last
 * word, or an open stream, more is to come. Who hangs up brings no more, unless it was death that did and the target
 * promises to ask again.
 */
function isUnderWay(generation: Generation, play: PlayFacts): boolean {
  if (generation.terminalWords().length > 0) return false;
  const call = generation.callsInOrder().at(-1);
  if (call?.ended?.how === 'aborted' && !(play.goesOnAfterDeath && deathsIn(generation, play).length > 0))
    return false;
  return saysSo(generation) || isStreaming(generation, play);
}

function saysSo(generation: Generation): boolean {
  if (generation.finalRows.some(({ state }) => state === 'generating')) return true;
  return generation.words().some(({ fresh, state }) => fresh && state === 'generating');
}

function isStreaming(generation: Generation, play: PlayFacts): boolean {
  // What is closed after that is closed by whoever played.
  const over = play.phases.get('done') ?? play.until;
  return [...generation.views.values()].some(
    ({ kind, fresh, streams }) =>
      kind === 'live' &&
      !fresh &&
      streams.some(({ closed }) => closed === null || !certainlyBefore(closed.at, over)),
  );
}

/** Texts of which a part may have been skipped: the last ones, and what is still watched. */
export function textsSoFar(generation: Generation, play: PlayFacts, finals: readonly Text[]): Text[] {
  const watched = generation.finalViews(play).filter(({ fresh }) => !fresh);
  return [...finals, ...watched.map(textOfView)];
}

interface Had {
  by: string;
  /** So much of it must be there still. */
  upTo: Position;
  evidence: string;
}

/** What had been saved or seen and is not in the last text of an answer that has not ended. */
export function goneFrom(text: Text, generation: Generation, play: PlayFacts): Violation[] {
  const { reading } = text;
  // What is empty is of no attempt, and a further one starts anew.
  const isSame = (attempt: number) =>
    reading.length === 0 ? generation.calls.size <= 1 : attempt === reading.attempt;
  const looked = play.phases.get('read');
  if (!looked) return [];
  let most: Had | undefined;
  for (const had of [...saved(generation, looked, isSame), ...seen(generation, play, looked, isSame)])
    if (had.upTo > (most?.upTo ?? reading.reached)) most = had;
  if (!most) return [];
  const lost = { from: reading.reached, to: most.upTo };
  return [
    {
      clause: 'late-kept',
      expected: `${most.by} at least up to ${showPosition(lost.to)}, although the answer is late`,
      actual: `up to ${showPosition(lost.from)}`,
      place: placeOfLoss(generation, play, lost, text.holder),
      where: text.where,
      evidence: [text.evidence, most.evidence],
    },
  ];
}

function saved(generation: Generation, looked: Instant, isSame: (attempt: number) => boolean): Had[] {
  return generation.rows
    .filter(({ final, at, reading }) => !final && certainlyBefore(at, looked) && isSame(reading.attempt))
    .map(({ at, reading }) => ({ by: 'what had been saved,', upTo: reading.reached, evidence: at.ref }));
}

function seen(
  generation: Generation,
  play: PlayFacts,
  looked: Instant,
  isSame: (attempt: number) => boolean,
): Had[] {
  const interval = play.plan?.target.capabilities.checkpointEvery;
  if (interval === null || interval === undefined) return [];
  return (
    [...generation.views.values()]
      // Of one that began anew nobody can say which of it was of which attempt.
      .filter(({ fresh, resets }) => !fresh && (resets.length === 0 || generation.calls.size <= 1))
      .filter((view) => isSame(view.reading().attempt))
      .map((view) => {
        const had = view.growth.atLeastAt(looked.t - looked.err - view.err);
        const by = `all but ${interval} of the ${had} chunks that ${view.name} had,`;
        return { by, upTo: positionOf(Math.max(0, had - interval)), evidence: view.lastRef };
      })
  );
}
