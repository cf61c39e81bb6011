/**
 * The stack has a verdict of its own: when all plays are over, everything is back at its baseline. It stands in
 * the history as a play, `persistence/stack`, that feeds `hygiene` and nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bounds, PlanEvent, Recorder } from '../history/index.ts';
import type { Stack } from '../stack/stack.ts';
import type { Target } from '../targets/target.ts';
import { STACK_SCENARIO } from './results.ts';

export const STACK_TITLE = 'The stack afterwards';

/** Connections close and pools shrink a little after the last answer; not for longer than this, ms. */
const SETTLE_WITHIN = 15_000;
const ASK_EVERY = 250;

export interface StackPlay {
  baseline(): Promise<void>;
  /** Waits until the counts are back at the baseline, at most for a bound, and books them: what a restart would hide. */
  settle(): Promise<void>;
  /** The same, when all is over. */
  end(): Promise<void>;
}

export function createStackPlay(
  stack: Stack,
  recorder: Recorder,
  about: { persistence: string; seed: number; target: Target; bounds: Bounds },
): StackPlay {
  const { persistence, seed, target, bounds } = about;
  const book = (when: 'baseline' | 'end', gauges: Awaited<ReturnType<Stack['gauges']>>) => {
    for (const { name, value } of gauges) recorder.record({ type: 'gauge', name, when, value });
  };
  let baseline = new Map<string, number>();

  async function settle(): Promise<void> {
    const deadline = AbortSignal.timeout(SETTLE_WITHIN);
    let gauges = await stack.gauges();
    while (!deadline.aborted && gauges.some(({ name, value }) => value > (baseline.get(name) ?? 0))) {
      await sleep(ASK_EVERY);
      gauges = await stack.gauges();
    }
    book('end', gauges);
  }

  return {
    async baseline() {
      recorder.record({
        type: 'plan',
        scenario: STACK_SCENARIO,
        driver: 'none',
        persistence,
        seed,
        repetition: 1,
        sends: [],
        feeds: ['hygiene'],
        coverage: [],
        target: { name: target.name, capabilities: target.capabilities(persistence) },
        bounds,
        strikes: [],
      } satisfies PlanEvent);
      recorder.record({ type: 'phase', phase: 'play' });
      const gauges = await stack.gauges();
      baseline = new Map(gauges.map(({ name, value }) => [name, value]));
      book('baseline', gauges);
    },
    settle,
    async end() {
      recorder.record({ type: 'phase', phase: 'quiet' });
      await settle();
      recorder.record({ type: 'phase', phase: 'done' });
    },
  };
}
