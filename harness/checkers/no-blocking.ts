/**
 * An answer on its way is in nobody's way (head-of-line blocking). While the LLM is held in the midst of one, a question that
 * is asked in another session reaches the LLM, and whoever shows the answer without a stream that is open (those are the
 * matter of timely-delivery) has what had been said of it, each within half the bound of `end`; whoever goes to a session, or comes back to it, is shown it within the bound.
 * A page that keeps a connection for every stream breaks this in its seventh tab, for a browser opens six HTTP/1.1
 * connections to one host; a server that answers one question at a time breaks it with the second.
 *
 * An answer that is held for less than that says nothing, except that what was done all the same was done in time. Time in
 * which the harness stood still is added. What is late may have been so for want of a processor, then nothing is known.
 * Whose network was cut or whose page was frozen meanwhile is left out, and so is what was done while the target or
 * its database failed; a view is judged only where nothing of the kind had happened since it was opened. A question
 * that is asked behind another one of the same session may have to wait for it.
 */
import { judgedFromFacts, type PlayChecker, type Violation } from './checker.ts';
import { mayBeActive } from './faults.ts';
import type { Generation } from './generation.ts';
import { certainlyBefore, earliest, type Moment } from './moment.ts';
import { type Operation, startOf } from './operations.ts';
import type { PlayFacts } from './play-facts.ts';

/** By which a person comes to look at a session. */
const LOOKS = ['switch', 'refresh', 'back', 'forward'] as const;

interface Hold {
  generation: Generation;
  attempt: number;
  /** Chunks that had been said. */
  at: number;
  from: Moment;
  to: Moment | null;
}

/** What somebody asked for, and when it came. */
interface Wish {
  clause: 'question' | 'look';
  asked: Moment;
  came: Moment | null;
  by: Operation;
  expected: string;
  /** ms */
  bound: number;
}

/** One entry a sample: null where it came in time; `starved`: it was late, and may have been for want of a processor. */
type Judged = (Violation | null | 'starved')[];

const STARVED = 'what was asked for was late, and may have been so for want of a processor';

export const noBlocking: PlayChecker<null> = {
  id: 'no-blocking',
  key: 'play',
  holds:
    'an answer on its way keeps nobody from asking for another, or from looking at a session, in bounded time',
  clauses: {
    question: 'while one answer is held, a question in another session reaches the LLM within half the bound',
    view: 'while an answer is held, whoever shows it and has no stream of it has what was said within half the bound',
    look: 'while an answer is held, a session that somebody goes to, or reloads, is shown within the bound',
  },
  ...judgedFromFacts,
  verdict(_, { generations, play }) {
    const all = [...generations.values()];
    const holds = all.flatMap((generation) =>
      generation
        .callsInOrder()
        .flatMap((call) => call.heldSpans().map((hold) => ({ ...hold, attempt: call.attempt })))
        .map(({ at, ...hold }) => ({ ...hold, at: generation.truth(hold.attempt).fewest(at) }))
        .filter(({ at }) => at > 0)
        .map((hold): Hold => ({ ...hold, generation })),
    );
    if (holds.length === 0) return { samples: 0, violations: [] };
    const actors = all.flatMap((generation) => generation.actors);
    const judged = [
      ...all.flatMap((generation) => {
        const others = holds.filter(
          (hold) => hold.generation !== generation && !isBehind(generation, all, play),
        );
        return questionsOf(generation, play).flatMap((wish) => judge(wish, others, actors, play));
      }),
      ...looksOf(play).flatMap((wish) => judge(wish, holds, actors, play)),
      ...holds.flatMap((hold) => judgeViews(hold, actors, play)),
    ];
    return {
      samples: judged.length,
      violations: judged.filter((each) => each !== null && each !== 'starved'),
      ...(judged.includes('starved') && { inconclusive: STARVED }),
    };
  },
};

/** The first time that it was asked. A refusal is an answer; of what nobody knows to have left, nothing can be said. */
function questionsOf(generation: Generation, play: PlayFacts): Wish[] {
  const [by] = play.of('send', generation.spec.seed);
  if (!by?.invoked || by.outcome?.type === 'info') return [];
  const refused = by.outcome?.type === 'fail' ? [by.outcome.at] : [];
  const opened = generation.callsInOrder().flatMap((call) => (call.opened ? [call.opened] : []));
  const came = earliest([...opened, ...refused]) ?? null;
  const expected = 'the question reaches the LLM';
  return [{ clause: 'question', asked: by.invoked, came, by, expected, bound: play.bounds.end / 2 }];
}

function looksOf(play: PlayFacts): Wish[] {
  return LOOKS.flatMap((f) => play.of(f)).flatMap((by): Wish[] => {
    const { invoked: asked, outcome } = by;
    if (!asked || outcome?.type === 'info') return [];
    const came = outcome?.at ?? null;
    return [{ clause: 'look', asked, came, by, expected: 'the session is shown', bound: play.bounds.end }];
  });
}

/** Another question was asked before it in its session, which may have to be answered first. */
function isBehind(generation: Generation, all: readonly Generation[], play: PlayFacts): boolean {
  const session = generation.sessionOf(play);
  return all.some((other) => other !== generation && other.sessionOf(play) === session);
}

function judge(
  { clause, asked, came, by, expected, bound }: Wish,
  holds: readonly Hold[],
  actors: readonly string[],
  play: PlayFacts,
): Judged {
  const during = holds.filter(
    ({ from, to }) => certainlyBefore(from, asked) && certainlyBefore(asked, to ?? play.until),
  );
  if (during.length === 0) return [];
  const deadline = play.allow(asked, bound);
  if (came && !certainlyBefore(deadline, came)) return [null];
  const inTheWay = during.find(({ to }) => certainlyBefore(deadline, to ?? play.until));
  if (!inTheWay) return [];
  if (play.faults.of(by.actor, actors).some((fault) => mayBeActive(fault, asked, deadline))) return [];
  if (play.operations.stoodStill(by.actor, asked, deadline) || play.backstageFailed(asked, deadline))
    return [];
  const end = earliest([came ?? play.until, play.until])!;
  if (play.mayHaveStarved(asked, bound, end)) return ['starved'];
  return [
    {
      clause,
      expected: `${expected} within ${bound} ms, whatever other answers are on their way`,
      actual: came
        ? `it took ${Math.round(came.t - asked.t)} ms`
        : 'it did not, as long as an answer was held',
      place: 'delivery',
      where: `${by.f} by ${by.actor}`,
      evidence: [asked.ref, inTheWay.from.ref, ...(came ? [came.ref] : [])],
    },
  ];
}

function judgeViews(hold: Hold, actors: readonly string[], play: PlayFacts): Judged {
  const { generation, from, to, at, attempt } = hold;
  const bound = play.bounds.end / 2;
  const home = generation.sessionOf(play);
  return [...generation.views.values()].flatMap((view): Judged => {
    const { actor, opened, closed, err, growth } = view;
    if (view.kind !== 'live' || !certainlyBefore(opened, from)) return [];
    if (view.attached(from, from).length > 0) return [];
    const reading = view.reading();
    if (!reading.prefix || reading.attempt !== attempt || !growth.exact) return [];
    const deadline = play.allow({ t: from.t, err: from.err + err }, bound);
    const { by } = growth.reached(at);
    if (by <= Math.min(deadline.t + deadline.err, to ? to.t - to.err : Number.POSITIVE_INFINITY))
      return [null];
    if (!certainlyBefore(deadline, earliest([to ?? play.until, closed?.at ?? play.until, play.until])!))
      return [];
    if (by <= deadline.t + deadline.err) return [];
    if (play.faults.of(actor, actors).some((fault) => mayBeActive(fault, opened, deadline))) return [];
    // What a stop does to the text is the matter of cancel-honoured; and what has ended grows no more.
    if (play.of('stop', generation.spec.seed).some((stop) => !certainlyBefore(deadline, startOf(stop))))
      return [];
    if (view.ends.some((end) => !certainlyBefore(deadline, end.at))) return [];
    if (play.operations.stoodStill(actor, opened, deadline) || play.backstageFailed(opened, deadline))
      return [];
    if (home !== undefined && play.whereabouts.mayHaveLeft(actor, home, opened, deadline)) return [];
    const there = { t: Math.min(by, play.until.t), err: from.err + err };
    if (play.mayHaveStarved(from, bound, there)) return ['starved'];
    return [
      {
        clause: 'view',
        expected: `${at} chunks within ${bound} ms of the LLM being held after them, without a stream`,
        actual: `${growth.atLeastAt(deadline.t + deadline.err)} chunks`,
        place: 'delivery',
        where: view.name,
        evidence: [from.ref, view.lastRef],
      },
    ];
  });
}
