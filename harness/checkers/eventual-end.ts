/**
 * Every send that was made and not refused comes to an end, and everybody who watches learns it: within the bound
 * after the last healing, the last start of the target and the end of the LLM call, whichever was last. Time in
 * which the harness itself stood still is added to the bound. An LLM that never speaks again ends, for a target which
 * promises not to wait for it for ever, when that patience is over; for others nothing can be said.
 *
 * A send of which nobody knows whether it took effect, and that nothing in any place shows to have, never was. A
 * view whose network was not healed, or whose tab left for another session, is not asked. A state counts as unended only where somebody looked after the
 * bound and found it so: that nobody looked proves nothing.
 */
import { TERMINAL_STATES } from '../history/events.ts';
import type { Call } from './call.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { certainlyBefore, type Instant, later, latest, type Moment } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import type { View } from './view.ts';

export const eventualEnd: SendChecker<null> = {
  id: 'eventual-end',
  key: 'send',
  holds: 'every answer ends, and everybody who watches it learns so, in bounded time after healing',
  liveness: true,
  clauses: {
    answered: 'a send is taken on or refused in bounded time',
    terminal: 'every send that was taken on reaches a terminal state within the bound',
    view: 'every open view learns of the end within the bound',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const fate = generation.fate(play);
    const unanswered = unansweredSends(generation, play);
    if (fate !== 'sent') return { samples: unanswered.length, violations: unanswered };
    if (generation.callsInOrder().some((call) => endOf(call, play) === null)) {
      return {
        samples: 1,
        violations: unanswered,
        inconclusive: 'the play was over before the LLM call had ended',
      };
    }
    const deadline = deadlineOf(generation, play);
    const views = [...generation.views.values()].filter((view) => isWatching(view, generation, play));
    const late = views.flatMap((view) => lateView(view, deadline, play));
    const violations = [...unanswered, ...neverEnded(generation, deadline), ...late];
    const ended = generation.terminalWords().length > 0;
    if (!ended && violations.length === 0) {
      return { samples: 1 + views.length, violations, inconclusive: 'nobody looked after the bound' };
    }
    return { samples: 1 + views.length, violations };
  },
};

function deadlineOf(generation: Generation, play: PlayFacts): Instant {
  const base = latest<Moment>(
    [
      ...generation.callsInOrder().map((call) => endOf(call, play)),
      ...play.faults.all().map(({ healed }) => healed),
      ...play.of('send', generation.spec.seed).map(({ invoked }) => invoked),
      ...play.of('heal').map(({ outcome }) => outcome?.at),
      ...play.starts(),
      play.phases.get('heal'),
    ].filter((moment) => moment !== null && moment !== undefined),
  );
  return play.allow(base ?? { t: Number.POSITIVE_INFINITY, err: 0 }, play.bounds.end);
}

/** When the target must have held the call for ended; null: it need not yet. */
function endOf(call: Call, play: PlayFacts): Moment | null {
  if (call.ended) return call.ended.at;
  const patience = play.plan?.target.capabilities.llmPatience;
  return call.truth.ends === 'never' && patience
    ? call.silentFor(patience, play.until, play.allow.bind(play))
    : null;
}

function unansweredSends(generation: Generation, play: PlayFacts): Violation[] {
  return play.of('send', generation.spec.seed).flatMap(({ invoked, outcome, op, actor }) => {
    if (!invoked || outcome) return [];
    const deadline = play.allow(latest([invoked, play.phases.get('heal') ?? invoked])!, play.bounds.end);
    if (!certainlyBefore(deadline, play.until)) return [];
    return [
      {
        clause: 'answered',
        expected: `an answer to the send within ${play.bounds.end} ms`,
        actual: 'none, and no error either',
        place: 'target' as const,
        where: `operation ${op} of ${actor}`,
        evidence: [invoked.ref],
      },
    ];
  });
}

/** Somebody looked after the bound and found no end, and no end had been found before. */
function neverEnded(generation: Generation, deadline: Instant): Violation[] {
  const words = generation.words().filter(({ from }) => from !== 'view' && from !== 'page');
  const ended = words.find(({ state }) => TERMINAL_STATES.has(state));
  const word = words.findLast(
    ({ state, from, asked, at }) =>
      !TERMINAL_STATES.has(state) &&
      certainlyBefore(deadline, asked) &&
      !(from === 'status' && state === 'absent') &&
      !(ended && ended.at.t <= at.t),
  );
  if (!word) return [];
  return [
    {
      clause: 'terminal',
      expected: 'completed, error or cancelled',
      actual: word.state === 'absent' ? 'there is no answer' : word.state,
      place: word.from === 'row' ? 'database' : 'target',
      where: word.where,
      evidence: [word.at.ref],
    },
  ];
}

function isWatching(view: View, generation: Generation, play: PlayFacts): boolean {
  return generation.isWatched(view, play) && !play.faults.cutOff(view.actor, generation.actors);
}

function lateView(view: View, deadline: Instant, play: PlayFacts): Violation[] {
  const due = later(latest<Instant>([deadline, play.allow(view.opened, play.bounds.end)])!, view.err);
  const [end] = view.ends;
  if (end ? !certainlyBefore(due, end.at) : !certainlyBefore(due, play.until)) return [];
  return [
    {
      clause: 'view',
      expected: `the end within ${play.bounds.end} ms after healing and the end of the LLM call`,
      actual: end ? `${Math.round(end.at.t - due.t)} ms too late` : 'it still waits',
      place: 'delivery',
      where: view.name,
      evidence: [end?.at.ref ?? view.lastRef],
    },
  ];
}
