/**
 * What the scenario is about did happen: the cut hit a live stream, the reload came in mid-stream, the resume had
 * something to resume from, the tabs streamed at once. Otherwise the play proves nothing and is `unknown`. This
 * checker never fails anything.
 */

import type { CoverageGoal } from '../history/events.ts';
import { type AboutPlay, judgedFromFacts, type PlayChecker } from './checker.ts';
import { isAt } from './faults.ts';
import type { Generation } from './generation.ts';
import { deathsIn } from './mishaps.ts';
import { certainlyBefore, earliest, type Instant } from './moment.ts';
import { type Operation, startOf } from './operations.ts';
import type { PlayFacts } from './play-facts.ts';
import type { View } from './view.ts';

export const coverage: PlayChecker<null> = {
  id: 'coverage',
  key: 'play',
  holds: 'the faults and overlaps that the scenario is about did happen',
  clauses: {
    'fault-struck': 'the fault struck a live stream, and was healed',
    'llm-fault': 'the LLM did what its timeline of faults says',
    'mid-stream': 'the operation came while its actor held some, but not all, of the answer',
    resumed: 'after the interruption some view took the answer up again, with text',
    'advanced-while-away': 'the LLM spoke while the actor was away',
    overlap: 'the answers streamed at the same time',
    shared: 'so many views showed a part of the answer at the same time',
    'asked-while-away': 'the question was asked while the actor was away',
    'went-back': 'back brought the page that the browser had kept, or anew where that is what it is about',
    met: 'the scenario waited for nothing in vain',
  },
  ...judgedFromFacts,
  verdict(_, about) {
    const { play } = about;
    if (!play.plan)
      return { samples: 0, violations: [], inconclusive: 'the history has no plan of this play' };
    const goals = play.plan.coverage;
    const missed = [
      ...goals.flatMap((goal) => {
        const why = missing(goal, about);
        return why === null ? [] : [`${goal.goal}: ${why}`];
      }),
      ...play.unmet.map(({ waitedFor, ms }) => `met: the scenario waited ${ms} ms in vain for ${waitedFor}`),
    ];
    const samples = goals.length + play.unmet.length;
    return { samples, violations: [], ...(missed.length > 0 && { inconclusive: missed.join('; ') }) };
  },
};

/** Why the goal was not reached; null where it was. */
function missing(goal: CoverageGoal, { generations, play }: AboutPlay): string | null {
  switch (goal.goal) {
    case 'fault-struck':
      return faultMissed(goal, play);
    case 'llm-fault': {
      const calls = generations.get(goal.send)?.callsInOrder() ?? [];
      return calls.some(({ struck }) => struck.includes(goal.fault))
        ? null
        : `${goal.fault} never struck the LLM's answer to send ${goal.send}`;
    }
    case 'mid-stream': {
      const generation = generations.get(goal.send);
      const hit = generation && play.of(goal.f).some((operation) => isMidStream(operation, generation));
      return hit ? null : `no ${goal.f} while its actor held a part of send ${goal.send}`;
    }
    case 'resumed': {
      const generation = generations.get(goal.send);
      return generation && isResumed(generation, play)
        ? null
        : `no view took send ${goal.send} up again with text`;
    }
    case 'advanced-while-away': {
      const generation = generations.get(goal.send);
      const away = generation && awaySpans(goal.actor, generation, play);
      const advanced = away?.some(({ from, to }) =>
        generation
          ?.callsInOrder()
          .some((call) => call.emission.stepsWithin(from.t + from.err + call.err, to.t - to.err - call.err)),
      );
      return advanced ? null : `the LLM said nothing of send ${goal.send} while ${goal.actor} was away`;
    }
    case 'overlap':
      return overlaps(goal.sends.map((send) => generations.get(send)))
        ? null
        : 'the answers did not stream at once';
    case 'shared': {
      const generation = generations.get(goal.send);
      const most = generation ? mostAtOnce(generation) : 0;
      return most >= goal.views
        ? null
        : `at most ${most} of ${goal.views} views showed a part of send ${goal.send} at once`;
    }
    case 'asked-while-away': {
      const generation = generations.get(goal.send);
      const away = generation ? awaySpans(goal.actor, generation, play) : [];
      const asked = play
        .of('send')
        .filter(({ send }) => send === goal.send)
        .map(startOf);
      const isAway = ({ t }: Instant) => away.some(({ from, to }) => from.t <= t && t < to.t);
      return asked.some(isAway) ? null : `send ${goal.send} was not asked while ${goal.actor} was away`;
    }
    case 'went-back': {
      const backs = play
        .of('back')
        .filter(({ actor, outcome }) => isAt(actor, goal.actor) && outcome?.kept === goal.kept);
      const how = goal.kept ? 'out of the cache of the browser' : 'anew';
      return backs.length > 0 ? null : `no page came back ${how} to ${goal.actor}`;
    }
  }
}

/** How many live views showed some of the answer, and not yet all of it, at one time. */
function mostAtOnce(generation: Generation): number {
  const spans = [...generation.views.values()]
    .filter(({ kind, fresh }) => kind === 'live' && !fresh)
    .map((view) => {
      const { truth } = view.reading();
      const all = view.growth.reached(truth.fewest(truth.chunks)).by;
      return { from: view.growth.firstTime, to: Math.min(all, view.closed?.at.t ?? all) };
    });
  const shownAt = (t: number) => spans.filter(({ from, to }) => from <= t && t < to).length;
  return Math.max(0, ...spans.map(({ from }) => shownAt(from)));
}

function faultMissed(goal: CoverageGoal & { goal: 'fault-struck' }, play: PlayFacts): string | null {
  const fault = play.faults.get(goal.fault);
  if (!fault?.struck) return `${goal.fault} never struck`;
  if (fault.live === 0) return `${goal.fault} struck when no stream was live`;
  return goal.heals !== false && !fault.healed ? `${goal.fault} was never healed` : null;
}

function isMidStream(operation: Operation, generation: Generation): boolean {
  if (operation.send !== undefined && operation.send !== generation.spec.seed) return false;
  const { t } = startOf(operation);
  const live = [...generation.views.values()].filter(({ kind }) => kind === 'live');
  const own = live.filter(({ actor }) => isAt(actor, operation.actor));
  // An operation of nobody who looks at the answer (a server is killed) concerns all who do.
  return (own.length > 0 ? own : live).some((view) => {
    const wasThere = view.opened.t <= t && (view.closed === null || view.closed.at.t >= t);
    const { truth } = view.reading();
    const all = truth.fewest(truth.chunks);
    return wasThere && view.growth.firstTime <= t && view.growth.reached(all).by > t;
  });
}

function isResumed(generation: Generation, play: PlayFacts): boolean {
  const interruptions: Instant[] = [
    ...(['cut', 'switch', 'refresh'] as const).flatMap((f) => play.of(f).map(startOf)),
    ...play.faults.onTheWire().flatMap(({ struck }) => (struck ? [struck] : [])),
    ...deathsIn(generation, play).map(({ at }) => at),
  ];
  const first = earliest(interruptions);
  if (!first) return false;
  return [...generation.views.values()].some(
    (view) => view.kind === 'live' && !view.fresh && (isTakenUp(view, first) || isShownAgain(view, play)),
  );
}

/** A page may go on listening to what it does not show: taken up again it is where text comes to be seen again. */
function isShownAgain(view: View, play: PlayFacts): boolean {
  if (!view.byPage) return false;
  const left = [...play.of('switch'), ...play.of('refresh')].find(({ actor }) => actor === view.actor);
  return left !== undefined && view.growth.lastTime > startOf(left).t + view.err;
}

/** By a stream opened later that brought text or an orderly end, or by text that came without a stream. */
function isTakenUp(view: View, first: Instant): boolean {
  const byStream = view.streams.some(
    ({ opened, units, closed }) =>
      !certainlyBefore(opened, first) && (units > 0 || closed?.why === 'terminal'),
  );
  return byStream || view.lastPolled > first.t + first.err;
}

/** When the actor was in another session than the send's, or cut off. */
function awaySpans(actor: string, generation: Generation, play: PlayFacts): { from: Instant; to: Instant }[] {
  const isActor = (name: string) => isAt(name, actor) || isAt(actor, name);
  const home = generation.sessionOf(play);
  const spans = play.faults
    .onTheWire()
    .flatMap(({ at, struck, healed }) =>
      isActor(at) && struck ? [{ from: struck as Instant, to: (healed ?? play.until) as Instant }] : [],
    );
  const moves = [...play.of('switch'), ...play.of('cut'), ...play.of('heal')]
    .filter((operation) => isActor(operation.actor))
    .sort((a, b) => startOf(a).t - startOf(b).t);
  let left: Instant | null = null;
  for (const move of moves) {
    const leaves = move.f === 'cut' || (move.f === 'switch' && move.session !== home);
    if (leaves) left ??= move.outcome?.at ?? startOf(move);
    else if (left) {
      spans.push({ from: left, to: startOf(move) });
      left = null;
    }
  }
  return left ? [...spans, { from: left, to: play.until }] : spans;
}

function overlaps(generations: (Generation | undefined)[]): boolean {
  const spans = generations.map((generation) => {
    const calls = generation?.callsInOrder().filter(({ emitted }) => emitted > 0) ?? [];
    return {
      from: Math.min(...calls.map(({ emission, err }) => emission.firstTime + err)),
      to: Math.max(...calls.map(({ emission, err }) => emission.lastTime - err)),
    };
  });
  return Math.max(...spans.map(({ from }) => from)) < Math.min(...spans.map(({ to }) => to));
}
