/** `holdfast sweep`: plays every point there is, on one stack, judged like any other play. */
import { randomInt } from 'node:crypto';
import { loadConfig } from '../config.ts';
import type { CutStyle } from '../faults/fault.ts';
import { interruption } from '../runs/interruption.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { type Run, type RunOptions, run } from '../runs/run.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { referenceWith } from '../targets/reference.ts';
import { unknownName } from '../unknown-name.ts';
import { sweepCommand } from './command.ts';
import { type CrashState, crashPoints, crashStates } from './crash-points.ts';
import { cutPoints, cutStyles } from './cut-points.ts';
import { type Point, type Way, ways } from './point.ts';

export interface SweepOptions {
  chunks: number;
  styles: string[];
  ways: string[];
  /** How often the network is lost in one answer: such as 1, 2, 3. */
  cuts: number[];
  /** States of the server in which it dies. */
  crashes: string[];
  /** Points to play, by id; default: all of them. */
  point?: string[];
  jobs: number;
  seed?: number;
  persistence?: string;
  postgres: ProviderName | 'auto';
  config?: string;
  out: string;
}

/**
 * A point holds the LLM until its cut has struck, which takes what it takes where many are played at once on a busy
 * machine, ms. Silence is no matter of a sweep.
 */
const LLM_PATIENCE = 120_000;
/**
 * Points come in waves: connections to the database that are let go between two of them, and made again, cost more than
 * the queries. Nor is each of its thousands of requests worth a line that the harness has to write down.
 */
const OF_MANY = { DATABASE_IDLE_MS: '2000', LOG_LEVEL: 'warn' };

export interface Sweep extends Run {
  points: readonly Point[];
  /** How long points of each kind were played for, from the first that began to the last that ended, ms. */
  playedMs: Record<string, number>;
  /** The command that plays one point alone, as it was played here. */
  repeats(id: string): string;
}

/** @throws HoldfastError of exit code 64 where the options make no sense; whatever comes later is in the results */
export async function sweep(
  options: SweepOptions,
  listener: Pick<RunOptions, 'onPlan' | 'onPlay'> = {},
): Promise<Sweep> {
  const { target = referenceWith(OF_MANY, LLM_PATIENCE), bounds } = await loadConfig(options.config);
  const seed = options.seed ?? randomInt(2 ** 32);
  const [persistence] = choose('way of persisting', target.persistence, [
    options.persistence ?? target.persistence[0]!,
  ]);
  const points = choosePoints(options, target.capabilities(persistence!).checkpointEvery);
  const clock = createClock(points);
  const played = await run({
    target,
    scenarios: points.map(({ scenario }) => scenario),
    asked: true,
    drivers: ['api'],
    persistence: [persistence!],
    seed,
    repeat: 1,
    jobs: options.jobs,
    resume: 'auto',
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    postgres: options.postgres,
    out: options.out,
    allowSkip: false,
    command: sweepCommand({ ...options, seed }),
    signal: interruption(),
    ...listener,
    onPlay(progress) {
      clock.tick(progress.play);
      listener.onPlay?.(progress);
    },
  });
  const repeats = (id: string) => sweepCommand({ ...options, seed, point: [id] });
  return { ...played, points, playedMs: clock.spent(), repeats };
}

/** How long points of each kind were played for. */
function createClock(points: readonly Point[]) {
  const kinds = new Map(points.map(({ id, kind }) => [id, kind]));
  const spans = new Map<string, { from: number; to: number }>();
  return {
    tick(play: string): void {
      const kind = kinds.get(play.split('/')[1] ?? '');
      if (kind === undefined) return;
      const at = performance.now();
      spans.set(kind, { from: spans.get(kind)?.from ?? at, to: at });
    },
    spent: () => Object.fromEntries([...spans].map(([kind, { from, to }]) => [kind, Math.round(to - from)])),
  };
}

function choosePoints(options: SweepOptions, checkpointEvery: number | null): readonly Point[] {
  const { chunks, cuts, point } = options;
  const goingOn = choose<Way>('way of going on', ways, options.ways);
  const styles = choose<CutStyle>('cut style', cutStyles, options.styles);
  const states =
    options.crashes.join() === 'none'
      ? []
      : choose<CrashState>('state to crash in', crashStates, options.crashes);
  const all = [
    ...cutPoints({ chunks, styles, ways: goingOn, cuts }),
    ...crashPoints({ chunks, states, ways: goingOn, checkpointEvery }),
  ];
  if (!point) return all;
  const byId = new Map(all.map((each) => [each.id, each]));
  return point.map((id) => {
    const found = byId.get(id);
    // Thousands of names would say less than one.
    if (!found) {
      throw unknownName('point', id, [`${all[0]?.id}`, '…']);
    }
    return found;
  });
}

/** The asked ones, each once, all of them known. */
function choose<T extends string>(kind: string, known: readonly T[], asked: readonly string[]): T[] {
  for (const name of asked) {
    if (!known.includes(name as T)) throw unknownName(kind, name, known);
  }
  return [...new Set(asked as T[])];
}
