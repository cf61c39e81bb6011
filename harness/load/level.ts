/** One level of load: a stack of its own, users who come for a time, faults in between, and the verdicts. */
import type { HoldfastError } from '../errors.ts';
import { createSource, type Recorded, type Sink } from '../history/index.ts';
import { createJudgement } from '../runs/judgement.ts';
import type { ProcessSecond } from '../runs/load-results.ts';
import { STACK_SCENARIO } from '../runs/results.ts';
import { createStackPlay, STACK_TITLE } from '../runs/stack-play.ts';
import { type Ground, withStack } from '../runs/standing.ts';
import type { Stack } from '../stack/stack.ts';
import type { Target } from '../targets/target.ts';
import type { Engine, Played, Playing } from './engines/engine.ts';
import { linkedFor, type Scheduled } from './faults.ts';
import type { LoadPlan } from './plan.ts';
import { watchProcesses } from './processes.ts';
import type { Series } from './series.ts';

export interface LevelOptions {
  engine: Engine;
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
  /** Told when everything runs and nobody has come yet. */
  onStack?(stack: Stack): void;
  /** Told each second. */
  onSecond?(series: Series): void;
}

export interface LevelOutcome extends Played {
  series: Series;
  processes: ProcessSecond[];
}

/** @throws HoldfastError where a part of it fails, or what `signal` was aborted by */
export async function playLevel(options: LevelOptions): Promise<LevelOutcome> {
  const { engine, plan, target, ground, folder, signal } = options;
  const judgement = createJudgement();
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => {});
  const abort = () => death.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  ground.death.catch(death.reject);
  let playing: Playing | undefined;
  const sink = (event: Recorded) => {
    options.sink(event);
    // Of answers the engine judges; here only what becomes of the stack.
    if (event.type === 'llm.call' || event.type === 'llm.end' || isOfStack(event)) playing?.tell(event);
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
        answers: plan.users,
        linked: linkedFor(options.faults),
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
        options.onStack?.(stack);
        const { faults, workers, config } = options;
        const { guardian } = ground;
        const setup = { plan, faults, target, workers, config, stack, guardian, folder, recorder, signal };
        playing = await engine.begin(setup);
        const { series } = playing;
        const watch = watchProcesses(() => stack.instances);
        const processes: ProcessSecond[] = [];
        const began = performance.now();
        const ticking = setInterval(() => {
          const at = Math.round((performance.now() - began) / 1_000);
          if (watch) processes.push({ at, uses: watch.look() });
          options.onSecond?.(series);
        }, 1_000);
        try {
          const played = await Promise.race([playing.play(), death.promise]);
          await playing.close();
          await Promise.race([stackPlay.end(), death.promise]);
          return { ...played, series, processes };
        } finally {
          clearInterval(ticking);
          await playing.close();
        }
      },
    );
    const stackRows = judgement.scenarios(new Map([[STACK_SCENARIO, STACK_TITLE]]));
    return { ...outcome, rows: [...outcome.rows, ...stackRows] };
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function isOfStack({ type, play }: Recorded): boolean {
  return play === undefined && (type === 'process' || type === 'fault');
}
