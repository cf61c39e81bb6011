/**
 * The state that a stop answers with is the state that holds from then on. If it is `cancelled`, the LLM call
 * closes within the bound, the saved text does not change any more, and it has what the views had when the stop
 * was asked for. A stop that comes too late answers `completed`, and that holds too.
 */
import { TERMINAL_STATES } from '../history/events.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation, Row } from './generation.ts';
import { longestHad } from './had.ts';
import { crashesIn } from './mishaps.ts';
import { certainlyBefore, type Moment } from './moment.ts';
import type { Operation } from './operations.ts';
import type { PlayFacts } from './play-facts.ts';
import { chunkOf, positionOf, showPosition } from './position.ts';
import { placeOfLoss } from './texts.ts';

export const cancelHonoured: SendChecker<null> = {
  id: 'cancel-honoured',
  key: 'send',
  holds: 'a stop is final: its state holds, the LLM call closes, what was shown is kept and grows no more',
  clauses: {
    'state-holds': 'the state that the stop answered never changes',
    'call-closes': 'after cancelled the LLM call closes within the bound',
    frozen: 'after cancelled the saved text does not change',
    kept: 'after cancelled what views had is saved',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const stops = play
      .of('stop', generation.spec.seed)
      .filter(({ outcome }) => outcome?.type === 'ok' && outcome.state);
    const violations = stops.flatMap((stop) => {
      const answered = stop.outcome!.at;
      const state = stop.outcome!.state!;
      const unchanged = otherStates(generation, state, answered);
      return state === 'cancelled'
        ? [...unchanged, ...afterCancelled(generation, play, stop, answered)]
        : unchanged;
    });
    return { samples: stops.length, violations };
  },
};

function otherStates(generation: Generation, state: string, answered: Moment): Violation[] {
  const word = generation
    .words()
    .find((word) => isOther(word.state, word.from, state) && certainlyBefore(answered, word.asked));
  if (!word) return [];
  return [
    {
      clause: 'state-holds',
      expected: `${state}, as the stop answered`,
      actual: word.state,
      place:
        word.from === 'row' ? 'database' : word.from === 'view' || word.from === 'page' ? 'page' : 'target',
      where: word.where,
      evidence: [answered.ref, word.at.ref],
    },
  ];
}

/** A status that lists only what is active rightly says nothing of what was stopped. */
function isOther(said: string, from: string, state: string): boolean {
  return (
    said !== state &&
    !(said === 'absent' && from === 'status') &&
    (TERMINAL_STATES.has(said) || from !== 'view')
  );
}

function afterCancelled(
  generation: Generation,
  play: PlayFacts,
  stop: Operation,
  answered: Moment,
): Violation[] {
  const rows = generation.rows.filter(({ asked }) => certainlyBefore(answered, asked));
  return [
    ...openCalls(generation, play, answered),
    ...thawed(rows, answered),
    ...forgotten(generation, play, stop, rows),
  ];
}

function openCalls(generation: Generation, play: PlayFacts, answered: Moment): Violation[] {
  const deadline = play.allow(answered, play.bounds.cancel);
  return generation
    .callsInOrder()
    .filter(({ ended }) => certainlyBefore(deadline, ended?.at ?? play.until))
    .map(({ id, ended }) => ({
      clause: 'call-closes',
      expected: `the LLM call closed within ${play.bounds.cancel} ms`,
      actual: ended ? `closed after ${Math.round(ended.at.t - answered.t)} ms` : 'it goes on',
      place: 'generation' as const,
      where: `LLM call ${id}`,
      evidence: [answered.ref, ...(ended ? [ended.at.ref] : [])],
    }));
}

function thawed(rows: Row[], answered: Moment): Violation[] {
  const [first] = rows;
  const other = rows.find(({ reading }) => reading.length !== first?.reading.length);
  if (!first || !other) return [];
  return [
    {
      clause: 'frozen',
      expected: `${first.reading.length} units for ever`,
      actual: `${other.reading.length} units`,
      place: 'database',
      where: 'database',
      evidence: [answered.ref, first.at.ref, other.at.ref],
    },
  ];
}

function forgotten(generation: Generation, play: PlayFacts, stop: Operation, rows: Row[]): Violation[] {
  const asked = stop.invoked;
  if (!asked) return [];
  const spent = costOfCrash(generation, play, stop.outcome!.at);
  return rows
    .map((row) => ({ ...row, had: longestHad(generation, row, asked)?.chunks ?? 0 }))
    .filter(({ reading, had }) => chunkOf(reading.reached) + spent < had)
    .slice(0, 1)
    .map(({ reading, at, had }) => ({
      clause: 'kept',
      expected: `the ${had} chunks that were shown when the stop was asked for`,
      actual: reading.length === 0 ? 'nothing' : `up to ${showPosition(reading.reached)}`,
      place: placeOfLoss(generation, play, { from: reading.reached, to: positionOf(had) }, 'database'),
      where: 'database',
      evidence: [asked.ref, at.ref],
    }));
}

/** Chunks that had been shown and were not saved when the owner died, before there was anything to keep by stopping. */
function costOfCrash(generation: Generation, play: PlayFacts, answered: Moment): number {
  // Who promised to go on with the answer owes all of it.
  if (play.goesOnAfterDeath) return 0;
  if (!crashesIn(generation, play).some((crash) => !certainlyBefore(answered, crash))) return 0;
  const { afterCrash, checkpointEvery } = play.plan?.target.capabilities ?? {};
  return afterCrash === 'nothing' ? Number.POSITIVE_INFINITY : (checkpointEvery ?? Number.POSITIVE_INFINITY);
}
