/** One play: plan → play → heal → quiet → read afresh → done. Faults end, readers are fresh, only then is judged. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unmet } from '../actors/actor.ts';
import { createStage, type PlayedStage, type StageOptions } from './stage.ts';

/** How often it is asked whether a target has come to rest, ms. */
const ASK_EVERY = 100;
/** Where something never ends, it is looked at certainly after the bound, even if the harness stood still for a moment. */
const LOOK_AFTER = 1_500;

export async function play(options: StageOptions): Promise<void> {
  const { plan, recorder, stack } = options;
  const phase = (name: 'play' | 'heal' | 'quiet' | 'read' | 'done') =>
    recorder.record({ type: 'phase', phase: name });
  recorder.record(plan.event);
  const stage = createStage(options);
  try {
    phase('play');
    await stage.begin();
    await untilUnmet(stage, options);
    phase('heal');
    await stage.heal();
    phase('quiet');
    await rest(stage, plan.event.bounds.end);
    phase('read');
    await stage.readAfresh();
    await stack.llm.settled();
    phase('done');
  } finally {
    await stage.close();
  }
}

async function untilUnmet(stage: PlayedStage, { plan, recorder }: StageOptions): Promise<void> {
  try {
    await plan.scenario.play(stage, plan.points);
  } catch (error) {
    if (!(error instanceof Unmet)) throw error;
    recorder.record({ type: 'unmet', waitedFor: error.waitedFor, ms: error.ms });
  }
}

/**
 * Waits until the target says that all has ended and every tab has learnt it, or the bound is over. Time in which the
 * harness itself stood still is not counted, as no checker counts it.
 */
async function rest(stage: PlayedStage, bound: number): Promise<void> {
  let left = bound + LOOK_AFTER;
  let lastTick = performance.now();
  const { promise: over, resolve } = Promise.withResolvers<void>();
  // It goes on while a target that stands still is asked, which may take as long as a request may.
  const clock = setInterval(() => {
    const tick = performance.now();
    left -= Math.min(tick - lastTick, 2 * ASK_EVERY);
    lastTick = tick;
    if (left <= 0) resolve();
  }, ASK_EVERY);
  const atRest = async () => {
    while (left > 0 && !(await stage.isQuiet())) await sleep(ASK_EVERY);
    if (left > 0) await stage.quiet();
  };
  try {
    await Promise.race([atRest(), over]);
  } finally {
    clearInterval(clock);
  }
}
