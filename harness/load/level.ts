/** One level of load: a stack of its own, users who come for a time, faults in between, and the verdicts. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldfastError } from '../errors.ts';
import { createSource, now, type Recorded, type Sink } from '../history/index.ts';
import { createJudgement } from '../runs/judgement.ts';
import type { Strike } from '../runs/load-results.ts';
import { type ScenarioResult, STACK_SCENARIO } from '../runs/results.ts';
import { createStackPlay, STACK_TITLE } from '../runs/stack-play.ts';
import { type Ground, withStack } from '../runs/standing.ts';
import type { Stack } from '../stack/stack.ts';
import type { Target } from '../targets/target.ts';
import { loadFaults, type Scheduled } from './faults.ts';
import { type Fleet, type Outcome, startFleet } from './fleet.ts';
import { rowsOf } from './outcome.ts';
import type { LoadPlan } from './plan.ts';
import { loadRow } from './saturation.ts';
import { Series } from './series.ts';

/** From the workers being ready to the first user, ms. */
const LEAD = 500;

export interface LevelOptions {
  plan: LoadPlan;
  target: Target;
  /** Names of defects planted in the target. */
  defects: readonly string[];
  faults: readonly Scheduled[];
  workers: number;
  config: string | null;
  ground: Ground;
  /** Where logs and the workers' parts of the history are written. */
  folder: string;
  /** Takes what the conductor itself records. */
  sink: Sink;
  signal: AbortSignal;
  /** Told each second. */
  onSecond?(series: Series): void;
}

export interface LevelOutcome extends Outcome {
  series: Series;
  strikes: Strike[];
  rows: ScenarioResult[];
  saturated: string | null;
}

/** @throws HoldfastError where a part of it fails, or what `signal` was aborted by */
export async function playLevel(options: LevelOptions): Promise<LevelOutcome> {
  const { plan, target, ground, folder, signal } = options;
  const began = now();
  const judgement = createJudgement();
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  const abort = () => death.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  ground.death.catch(death.reject);
  let fleet: Fleet | undefined;
  const sink = (event: Recorded) => {
    options.sink(event);
    // Of answers the workers judge; here only what becomes of the stack.
    if (event.type === 'llm.call' || event.type === 'llm.end' || isOfStack(event)) fleet?.tell(event);
    if (event.play !== undefined) judgement.push(event);
  };
  const recorder = createSource('harness', sink);
  const ledger = createSource('llm', sink);
  try {
    signal.throwIfAborted();
    const outcome = await withStack(
      {
        ...ground,
        target,
        persistence: plan.persistence,
        defects: [...options.defects],
        runDir: folder,
        recorder,
        recorderFor: () => ledger,
        ledger: 'calls',
        onDeath: (error: HoldfastError) => death.reject(error),
      },
      async (stack) => {
        const about = { persistence: plan.persistence, seed: plan.seed, target, bounds: plan.bounds };
        const stackPlay = createStackPlay(
          stack,
          recorder.forPlay(`${plan.persistence}/${STACK_SCENARIO}`),
          about,
        );
        await stackPlay.baseline();
        const series = new Series();
        const { workers, config } = options;
        const { guardian } = ground;
        const { databaseUrl } = stack;
        fleet = await startFleet({ plan, workers, config, databaseUrl, folder, guardian, series });
        const ticking = setInterval(() => options.onSecond?.(series), 1_000);
        try {
          const strikes: Strike[] = [];
          const playing = letThemCome(options, stack, fleet, recorder, strikes);
          const played = await Promise.race([playing, death.promise]);
          await fleet.close();
          await Promise.race([stackPlay.end(), death.promise]);
          return { ...played, series, strikes };
        } finally {
          clearInterval(ticking);
          await fleet.close();
        }
      },
    );
    const { tallies, late, tardy, series, strikes } = outcome;
    const durationMs = Math.round(now() - began);
    const { row, saturated } = loadRow(plan, series, strikes, options.faults, durationMs);
    const stackRows = judgement.scenarios(new Map([[STACK_SCENARIO, STACK_TITLE]]));
    return {
      ...outcome,
      saturated,
      rows: [...rowsOf(plan, tallies, { late, tardy }, durationMs), row, ...stackRows],
    };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function isOfStack({ type, play }: Recorded): boolean {
  return play === undefined && (type === 'process' || type === 'fault');
}

async function letThemCome(
  { faults, signal }: LevelOptions,
  stack: Stack,
  fleet: Fleet,
  recorder: ReturnType<typeof createSource>,
  strikes: Strike[],
): Promise<Outcome> {
  const start = now() + LEAD;
  fleet.way(stack.target.url);
  fleet.start(start);
  const striking = strikeAll();
  const outcome = await Promise.race([fleet.done, striking.then(() => fleet.done)]);
  await striking;
  return outcome;

  async function strikeAll(): Promise<void> {
    let named = 0;
    for (const { kind, at, lasts } of [...faults].sort((a, b) => a.at - b.at)) {
      await sleep(Math.max(0, start + at - now()), undefined, { signal });
      const fault = loadFaults.find(({ id }) => id === kind)!;
      const from = now() - start;
      const live = await fault.strike({ stack, fleet, recorder, name: `load-${kind}-${++named}` }, lasts);
      strikes.push({ kind, at: from, until: now() - start, live });
    }
  }
}
