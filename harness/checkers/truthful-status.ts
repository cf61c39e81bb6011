/**
 * What status, lists, streams, the database and pages say about an answer agrees with what the LLM did: it has not
 * ended while the LLM still speaks, it is not idle while the LLM is at work, `completed` is said only of the whole
 * answer and only once it is saved. A clean end of the connection is not an end of the answer: a view that ends
 * must have been told so. An answer whose LLM broke off, or fell silent for longer than the target bears, has failed
 * and is said to have: it is not completed, nor did anybody cancel it.
 *
 * A word counts as false only where the ledger shows the LLM at work during the whole time in which the word can
 * have been formed, and nothing happened (a stop, a crash, a fault) that ends an answer before its LLM call. Whoever
 * says `error` or `cancelled` may have broken the call off, and the LLM may not have heard of it yet: then it counts
 * only where the LLM is at work a second later still.
 */

import { TERMINAL_STATES } from '../history/events.ts';
import type { Call } from './call.ts';
import { judgedFromFacts, type Place, type SendChecker, type Violation } from './checker.ts';
import type { Generation, Word } from './generation.ts';
import { excusesOf } from './mishaps.ts';
import { certainlyBefore, earliest, type Instant, type Moment } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import { showReading } from './texts.ts';

export const truthfulStatus: SendChecker<null> = {
  id: 'truthful-status',
  key: 'send',
  holds: 'what is said about the state of an answer agrees with what the LLM did and with what is saved',
  clauses: {
    'still-speaking': 'no place says that the answer ended while the LLM is at work on it',
    idle: 'no place says that nothing is being generated while the LLM is at work on it',
    'completed-full': 'completed is said only of the whole answer',
    'completed-saved': 'once completed was said, the database holds it as completed and whole',
    'failed-is-error': 'an answer that the LLM did not finish is told as an error',
    'eof-is-no-end': 'no view holds the answer for ended without having been told',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const words = generation.words();
    const excuse = earliest(excusesOf(generation, play).values());
    const violations = [
      ...words.flatMap((word) => [
        ...tooEarly(word, excuse, generation, play),
        ...notFull(word, generation, play),
      ]),
      ...notFailed(words, generation, play),
      ...shortRows(generation),
      ...unsaved(generation),
      ...untold(generation, play),
    ];
    return { samples: words.length, violations };
  },
};

/** Whoever ends an answer so breaks off its call, and may say it before the LLM hears of that. */
const BREAKS_OFF: ReadonlySet<string> = new Set(['error', 'cancelled']);

const placeOf = (word: Word): Place =>
  word.from === 'row' ? 'database' : word.from === 'view' || word.from === 'page' ? 'page' : 'target';

/** @param excuse the first thing that let it end before its time */
function tooEarly(
  word: Word,
  excuse: Moment | undefined,
  generation: Generation,
  play: PlayFacts,
): Violation[] {
  const ended = TERMINAL_STATES.has(word.state);
  const idle = word.state === 'absent' && (word.from === 'status' || word.from === 'list');
  if (!ended && !idle) return [];
  if (excuse && excuse.t - excuse.err <= word.at.t + word.at.err) return [];
  // Two ends of the time in which the word was formed: at work at both means at work in between.
  const aliveAt = (call: Call, instant: Instant) => {
    const settled = play.allow(instant, play.bounds.delivery);
    return BREAKS_OFF.has(word.state)
      ? call.certainlyGoesOnAfter(instant, settled)
      : call.certainlyAliveAt(instant, settled);
  };
  const calls = generation.callsInOrder();
  const call = calls.find((call) => aliveAt(call, word.asked) && aliveAt(call, word.at));
  if (!call) return [];
  return [
    {
      clause: ended ? 'still-speaking' : 'idle',
      expected: 'generating: the LLM was at work on it then, and after',
      actual: word.state,
      place: placeOf(word),
      where: word.where,
      evidence: [word.at.ref, ...(call.opened ? [call.opened.ref] : [])],
    },
  ];
}

/** `completed`, with less text than there is, or before the LLM had said it all. */
function notFull(word: Word, generation: Generation, play: PlayFacts): Violation[] {
  if (word.state !== 'completed') return [];
  const calls = generation.callsInOrder().filter(({ truth }) => truth.ends === 'completed');
  // That it is told of an answer which the LLM did not finish is told by failed-is-error.
  if (calls.length === 0 && generation.calls.size > 0) return [];
  const truths = calls.length > 0 ? calls.map(({ truth }) => truth) : [generation.truth(0)];
  const needed = Math.min(...truths.map((truth) => truth.fewest(truth.chunks)));
  const all = Math.min(...truths.map(({ chunks }) => chunks));
  const spoken = Math.max(
    ...calls.map((call) =>
      call.emission.reached(needed).by <= word.at.t + word.at.err + call.err
        ? needed
        : call.emission.atLeastAt(word.at.t + word.at.err + call.err),
    ),
  );
  const blame = (actual: string): Violation[] => [
    {
      clause: 'completed-full',
      expected: `completed only with all ${all} chunks`,
      actual,
      place: placeOf(word),
      where: word.where,
      evidence: [word.at.ref],
    },
  ];
  // Of a ledger told without its chunks nobody knows what had been said when.
  const exact = play.plan?.ledger !== 'calls' && calls.every(({ emission }) => emission.exact);
  if (calls.length > 0 && exact && spoken < needed)
    return blame(`completed, when the LLM had said ${spoken} chunks`);
  if (word.length === undefined) return [];
  const lengths = truths.map((truth) => truth.text(truth.chunks).length);
  const shortest = Math.min(...lengths);
  return word.length < shortest ? blame(`completed, with ${word.length} of ${shortest} units`) : [];
}

/**
 * `completed` where no call of the LLM can have been finished, and `cancelled` where nothing else has happened than
 * that it failed. Of each place the first such word.
 */
function notFailed(words: Word[], generation: Generation, play: PlayFacts): Violation[] {
  const calls = generation.callsInOrder();
  if (calls.length === 0 || calls.some(({ truth }) => truth.ends === 'completed')) return [];
  const excused = [...excusesOf(generation, play).keys()].some((excuse) => excuse !== 'llm-fault');
  const wrong = words.filter(({ state }) => state === 'completed' || (state === 'cancelled' && !excused));
  const [last] = calls.slice(-1);
  return [...new Map(wrong.reverse().map((word) => [word.from, word])).values()].map((word) => ({
    clause: 'failed-is-error',
    expected: `error: the LLM did not finish its answer (${last!.truth.brokenBy?.fault ?? 'it refused'})`,
    actual: word.state,
    place: placeOf(word),
    where: word.where,
    evidence: [word.at.ref, ...(last!.broken ? [last!.broken.ref] : [])],
  }));
}

function shortRows(generation: Generation): Violation[] {
  return generation.rows
    .filter(({ state, reading }) => state === 'completed' && !reading.complete)
    .map(({ reading, at }) => ({
      clause: 'completed-full',
      expected: `completed only with all ${reading.truth.chunks} chunks`,
      actual: `completed, with ${showReading(reading)}`,
      place: 'database' as const,
      where: 'database',
      evidence: [at.ref],
    }));
}

function unsaved(generation: Generation): Violation[] {
  const told = generation
    .terminalWords()
    .find(({ state, from }) => state === 'completed' && from !== 'row' && from !== 'view' && from !== 'page');
  if (!told) return [];
  return generation.rows
    .filter(
      ({ state, asked }) => (state === 'generating' || state === 'absent') && certainlyBefore(told.at, asked),
    )
    .slice(0, 1)
    .map(({ state, at }) => ({
      clause: 'completed-saved',
      expected: `completed, as ${told.where} had been told before`,
      actual: state,
      place: 'database' as const,
      where: 'database',
      evidence: [told.at.ref, at.ref],
    }));
}

/** Not asked of pages: what they read besides their streams nobody saw. An end they made up is told by its being wrong. */
function untold(generation: Generation, play: PlayFacts): Violation[] {
  const words = generation.terminalWords();
  return [...generation.views.values()].flatMap((view) => {
    const [end] = view.ends;
    if (!end || view.kind !== 'live' || view.byPage) return [];
    const byStream = view.streams.some(({ closed }) => closed?.why === 'terminal');
    // The reader may write down its own end before the word that led to it.
    const byWord = words.some(
      ({ from, actor, at }) =>
        from !== 'view' &&
        from !== 'page' &&
        from !== 'row' &&
        actor === view.actor &&
        at.t <= play.allow(end.at, play.bounds.delivery).t + end.at.err,
    );
    if (byStream || byWord) return [];
    const last = view.streams.findLast(({ closed }) => closed !== null);
    return [
      {
        clause: 'eof-is-no-end',
        expected: 'a word of the target that it ended: a terminal event, or a terminal state',
        actual: `${end.state} after ${last?.closed ? `a connection that ended by ${last.closed.why}` : 'no such word'}`,
        place: 'page' as const,
        where: view.name,
        evidence: [end.at.ref, ...(last?.closed ? [last.closed.at.ref] : [])],
      },
    ];
  });
}
