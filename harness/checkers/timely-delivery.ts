/**
 * What the LLM has said reaches whoever listens without waiting for more of it. While the LLM is held after k
 * chunks, a reader that was attached all the while has them within the bound (1 s), and the database within the
 * time limit of the checkpoint and that bound: nothing lies in a batch that only the next chunk would fill.
 *
 * A hold shorter than the bound says nothing, except that a reader who had it all the same had it in time. For the
 * database the deadline stands even if the LLM goes on sooner; but where the call was over before it, and the answer ended
 * without an excuse, nothing is judged here: that fails by no-loss.
 * Time in which the harness itself stood still counts for nobody. Nothing is known of what came late, or not, where the
 * target and the harness had so little processor meanwhile that it may have been late for that. Readers whose network was cut or whose page was frozen
 * or showed another session meanwhile, or whose stream was opened over a bad line or into a buffer, which it keeps, and holds
 * during which the target or the database failed, are left out.
 */
import { TERMINAL_STATES } from '../history/events.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import { mayBeActive } from './faults.ts';
import type { Generation } from './generation.ts';
import { excusesOf } from './mishaps.ts';
import { certainlyBefore, earliest, type Moment } from './moment.ts';
import { startOf } from './operations.ts';
import type { PlayFacts } from './play-facts.ts';
import { chunkOf } from './position.ts';
import type { View } from './view.ts';

interface HeldSpan {
  attempt: number;
  at: number;
  from: Moment;
  to: Moment | null;
  /** When the call was over in which the LLM was held. */
  over: Moment | null;
}

/** One entry a sample: null where it was in time; `starved`: it was late, and may have been for want of a processor. */
type Judged = (Violation | null | 'starved')[];

const STARVED = 'what the LLM had said was late, and may have been so for want of a processor';

export const timelyDelivery: SendChecker<null> = {
  id: 'timely-delivery',
  key: 'send',
  holds: 'what the LLM has said reaches readers and database in bounded time, even while it says no more',
  liveness: true,
  clauses: {
    reader: 'while the LLM is held after chunk k, attached readers have k within the bound',
    database:
      'while the LLM is held after chunk k, the database has k within the checkpoint limit and the bound',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const holds = generation
      .callsInOrder()
      .flatMap((call) =>
        call.heldSpans().map((hold) => ({ ...hold, attempt: call.attempt, over: call.ended?.at ?? null })),
      )
      .map((hold) => ({ ...hold, at: generation.truth(hold.attempt).fewest(hold.at) }))
      .filter(({ at }) => at > 0);
    const judged = holds.flatMap((hold) => [
      ...[...generation.views.values()].flatMap((view) => judgeReader(hold, view, generation, play)),
      ...judgeRows(hold, generation, play),
    ]);
    return {
      samples: judged.length,
      violations: judged.filter((each) => each !== null && each !== 'starved'),
      ...(judged.includes('starved') && { inconclusive: STARVED }),
    };
  },
};

function judgeReader(hold: HeldSpan, view: View, generation: Generation, play: PlayFacts): Judged {
  const bound = play.bounds.delivery;
  const deadline = play.allow({ t: hold.from.t, err: hold.from.err + view.err }, bound);
  if (view.attached(hold.from, hold.from).length === 0) return [];
  const reading = view.reading();
  if (!reading.prefix || reading.attempt !== hold.attempt) return [];
  if (play.faults.of(view.actor, generation.actors).some((fault) => mayBeActive(fault, hold.from, deadline)))
    return [];
  if (play.operations.stoodStill(view.actor, hold.from, deadline)) return [];
  const { after, by } = view.growth.reached(hold.at);
  const over = Math.min(
    deadline.t + deadline.err,
    hold.to ? hold.to.t - hold.to.err : Number.POSITIVE_INFINITY,
  );
  // What came after the release may have been brought by the chunks that followed it.
  if (by <= over) return [null];
  // A page may listen to what it does not show; what comes by that nobody sees.
  const home = generation.sessionOf(play);
  if (
    view.byPage &&
    home !== undefined &&
    play.whereabouts.mayHaveLeft(view.actor, home, hold.from, deadline)
  )
    return [];
  if (play.backstageFailed(hold.from, deadline)) return [];
  const streams = view.attached(hold.from, deadline);
  const faults = play.faults.of(view.actor, generation.actors);
  // What befell the way when it was opened stays with it, whatever heals.
  if (streams.every(({ opened }) => faults.some((fault) => mayBeActive(fault, opened, opened)))) return [];
  if (by <= deadline.t + deadline.err || !certainlyBefore(deadline, hold.to ?? play.until)) return [];
  // Where the step that reached k was thinned out, all that is known is the span in which it happened.
  if (!view.growth.exact && after <= deadline.t + deadline.err) return [];
  const there = { t: by, err: hold.from.err + view.err };
  if (play.mayHaveStarved(hold.from, bound, earliest([there, hold.to ?? play.until])!)) return ['starved'];
  return [
    {
      clause: 'reader',
      expected: `${hold.at} chunks within ${bound} ms of the LLM being held after them`,
      actual: `${view.growth.atLeastAt(deadline.t + deadline.err)} chunks`,
      place: 'delivery',
      where: view.name,
      evidence: [hold.from.ref, view.lastRef],
    },
  ];
}

function judgeRows(hold: HeldSpan, generation: Generation, play: PlayFacts): Judged {
  const limit = play.plan?.target.capabilities.checkpointWithin;
  if (limit === null || limit === undefined) return [];
  const deadline = play.allow(hold.from, limit + play.bounds.delivery);
  // What a stop does to the text is the matter of cancel-honoured.
  const stopped = earliest(play.of('stop', generation.spec.seed).map(startOf));
  const overUnexcused = excusesOf(generation, play).size === 0 ? hold.over : null;
  return generation.rows.flatMap((row): Judged => {
    if (!certainlyBefore(deadline, row.asked) || row.reading.attempt !== hold.attempt) return [];
    if (stopped && !certainlyBefore(row.at, stopped)) return [];
    if (!row.reading.prefix || play.backstageFailed(hold.from, row.at)) return [];
    if (chunkOf(row.reading.reached) >= hold.at) return [null];
    if (overUnexcused && !certainlyBefore(deadline, overUnexcused) && TERMINAL_STATES.has(row.state))
      return [];
    if (play.mayHaveStarved(hold.from, limit + play.bounds.delivery, row.asked)) return ['starved'];
    return [
      {
        clause: 'database',
        expected: `${hold.at} chunks within ${limit} + ${play.bounds.delivery} ms of the LLM being held after them`,
        actual: `${chunkOf(row.reading.reached)} chunks`,
        place: 'database' as const,
        where: 'database',
        evidence: [hold.from.ref, row.at.ref],
      },
    ];
  });
}
