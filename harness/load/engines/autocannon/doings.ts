/** What is asked for, one kind of short request each, and how an answer is held against the oracle. */
import type { HttpAnswer, HttpRequest, Target } from '../../../targets/target.ts';
import { createFramer } from '../../../wire/framer.ts';
import type { Doing } from '../engine.ts';
import { type Breach, breachesOf } from './compare.ts';
import type { Seat } from './seat.ts';

/** One connection, which asks for the same again and again. */
export interface Asker {
  target: Target;
  seat: Seat;
  /** All seats of its kind. */
  seats: readonly Seat[];
  /** By the ledger of the LLM. */
  isOver(send: number): boolean;
}

export interface ShortDoing extends Doing {
  /** Its answers are still coming while it asks. */
  live: boolean;
  request(asker: Asker): HttpRequest;
  /** Judges one answer of status 2xx or 304. @returns what it breaks; empty: nothing */
  judge(asker: Asker, answer: HttpAnswer, raw: string): Breach[];
  /** Checkers that each answer is a sample of. */
  feeds: readonly string[];
  /** Each of its answers holds a whole answer of the LLM. */
  whole?: true;
  /** Headers by which the next request says what it has. */
  revalidates?: true;
}

const TEXT = ['no-duplication', 'prefix-order', 'isolation'] as const;

const status: ShortDoing = {
  id: 'status',
  title: 'Asks for the status of an answer that is coming',
  strikes: false,
  live: true,
  needs: ({ status, stop }) =>
    status ? (stop ? null : 'this target cannot stop the answers again') : 'this target tells no status',
  request: ({ target, seat }) => target.status!(seat.session),
  feeds: [...TEXT, 'truthful-status'],
  judge(asker, answer) {
    const { target, seat } = asker;
    const active = target.active!(answer);
    const own = active.find(({ message }) => message === seat.message);
    if (!own) return idle(asker, active.length);
    // A view that shrinks is no beginning of what it was: each text must go on from the longest before.
    const held = heldOf(seat);
    const text = own.text ?? '';
    seen.set(seat, Math.max(held, text.length));
    if (text.length >= held && seat.whole.startsWith(text)) return [];
    if (!seat.whole.startsWith(text)) return breachesOf(seat.question.spec, text, false, seat.session);
    return [
      breach('prefix-order', 'shrinks', seat, {
        expected: `at least the ${held} units that were told before`,
        actual: `${text.length} units`,
      }),
    ];
  },
};

/** How much of a live answer was told so far. */
const seen = new WeakMap<Seat, number>();

/** Units of a live answer that were told so far. */
export function heldOf(seat: Seat): number {
  return seen.get(seat) ?? 0;
}

function idle({ seat, isOver }: Asker, others: number): Breach[] {
  if (isOver(seat.question.spec.seed)) return [];
  const expected = 'the answer among those that are being generated, while the LLM is at work on it';
  return [breach('truthful-status', 'idle', seat, { expected, actual: `${others} others and not this one` })];
}

const messages: ShortDoing = {
  id: 'messages',
  whole: true,
  title: 'Loads a session with a finished answer',
  strikes: false,
  live: false,
  request: ({ target, seat }) => target.history(seat.session),
  feeds: ['no-loss', ...TEXT, 'truthful-status', 'one-generation'],
  judge({ target, seat }, answer) {
    const { answers } = target.answers(answer);
    const own = answers.filter(({ question }) => question === seat.question.text);
    const [first] = own;
    if (!first)
      return [
        breach('no-loss', 'fresh-full', seat, { expected: 'the answer', actual: `${answers.length} others` }),
      ];
    const breaches: Breach[] = [];
    if (own.length > 1)
      breaches.push(
        breach('one-generation', 'one-answer', seat, { expected: 'one answer', actual: `${own.length}` }),
      );
    if (answers.length > own.length)
      breaches.push(
        breach('isolation', 'stray', seat, {
          expected: 'no other answer',
          actual: `${answers.length - own.length} more`,
        }),
      );
    if (first.state !== 'completed')
      breaches.push(
        breach('truthful-status', 'completed-full', seat, { expected: 'completed', actual: first.state }),
      );
    return first.text === seat.whole
      ? breaches
      : [...breachesOf(seat.question.spec, first.text, true, seat.session), ...breaches];
  },
};

const replay: ShortDoing = {
  id: 'replay',
  whole: true,
  title: 'Streams a finished answer from its beginning',
  strikes: false,
  live: false,
  needs: ({ replayAfterEnd }) => (replayAfterEnd ? null : 'this target replays no finished answer'),
  request: ({ target, seat }) => target.open({ session: seat.session, message: seat.message, cursor: null }),
  feeds: ['no-loss', ...TEXT, 'truthful-status'],
  judge({ target, seat }, _answer, raw) {
    let text = '';
    let terminal: string | undefined;
    for (const frame of createFramer(target.framing).push(Buffer.from(raw))) {
      const meaning = target.decode(frame);
      if (meaning.text) text = meaning.text.how === 'set' ? meaning.text.text : text + meaning.text.text;
      terminal ??= meaning.terminal;
    }
    const breaches = text === seat.whole ? [] : breachesOf(seat.question.spec, text, true, seat.message);
    if (terminal === 'completed') return breaches;
    const actual = terminal ?? 'an end of the connection without one of the answer';
    return [
      ...breaches,
      breach('truthful-status', 'completed-full', seat, { expected: 'completed', actual }),
    ];
  },
};

const sessions: ShortDoing = {
  id: 'sessions',
  title: 'Lists the sessions of a user',
  strikes: false,
  live: false,
  request: ({ target }) => target.sessions!(),
  feeds: ['no-loss'],
  judge({ target, seat, seats }, answer) {
    const listed = target.listed!(answer);
    const known = new Set(listed);
    const missing = seats.filter(({ session }) => !known.has(session)).length;
    if (missing === 0 && known.size === listed.length) return [];
    const actual = missing > 0 ? `${missing} of ${seats.length} are not in it` : 'one stands in it twice';
    return [breach('no-loss', 'fresh-full', seat, { expected: 'every session of the user, once', actual })];
  },
};

/** As `status`, by who says what it has: 304 where that is all there is. */
const revalidate: ShortDoing = {
  ...status,
  id: 'revalidate',
  title: 'Asks for the status by who has it already (ETag)',
  revalidates: true,
};

export const doings: readonly ShortDoing[] = [status, revalidate, messages, sessions, replay];

function breach(
  checker: string,
  clause: string,
  seat: Seat,
  { expected, actual }: { expected: string; actual: string },
): Breach {
  return {
    checker,
    violation: { clause, expected, actual, place: 'delivery', where: seat.session, evidence: [] },
  };
}
