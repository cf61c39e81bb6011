/** One play: plan → play → heal → quiet → read afresh → done. Faults end, readers are fresh, only then is judged. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stalls } from '../checkers/stalls.ts';
import { now } from '../history/index.ts';
import { createStage, type PlayedStage, type StageOptions } from './stage.ts';
import { unmetIsTold } from './unmet.ts';

/** How often it is asked whether a target has come to rest, ms. */
const ASK_EVERY = 100;
/** Where something never ends, it is looked at certainly after the bound, even if the harness stood still for a moment. */
const LOOK_AFTER = 1_500;

export interface PlayOptions extends StageOptions {
  /** When the harness or its browser stood still so far, and goes on to be told when they do. */
  stalls: Pick<Stalls, 'after'>;
}

export async function play(options: PlayOptions): Promise<void> {
  const { plan, recorder, stack } = options;
  const phase = (name: 'play' | 'heal' | 'quiet' | 'read' | 'done') =>
    recorder.record({ type: 'phase', phase: name });
  recorder.record(plan.event);
  const stage = createStage(options);
  try {
    phase('play');
    await stage.begin();
    await unmetIsTold(recorder, () => plan.scenario.play(stage, plan.points));
    phase('heal');
    await stage.heal();
    phase('quiet');
    await rest(stage, plan.event.bounds.end, options.stalls);
    phase('read');
    await stage.readAfresh();
    await stack.llm.settled();
    phase('done');
  } finally {
    await stage.close();
  }
}

/**
 * Waits until the target says that all has ended and every tab has learnt it, or the bound is over. Time in which the
 * harness or its browser stood still is not counted, as no checker counts it: who never learns it is looked at after
 * the time in which he must have.
 */
async function rest(stage: PlayedStage, bound: number, stalls: PlayOptions['stalls']): Promise<void> {
  const from = { t: now(), err: 0 };
  const isOver = () => now() > stalls.after(from, bound).t + LOOK_AFTER;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  // It goes on while a target that stands still is asked, which may take as long as a request may.
  const clock = setInterval(() => {
    if (isOver()) resolve();
  }, ASK_EVERY);
  const atRest = async () => {
    while (!isOver() && !(await stage.isQuiet())) await sleep(ASK_EVERY);
    if (!isOver()) await stage.quiet();
  };
  try {
    await Promise.race([atRest(), over]);
  } finally {
    clearInterval(clock);
  }
}
