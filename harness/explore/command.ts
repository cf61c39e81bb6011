/** From the words of a command line to an exploration, or to the replay of what one found. */
import { randomInt } from 'node:crypto';
import { loadConfig } from '../config.ts';
import { encode, readProgram } from '../programs/program.ts';
import { commandOf } from '../runs/command.ts';
import { interruption } from '../runs/interruption.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import type { Run } from '../runs/run.ts';
import { type Listener, requirePostgres, type VerifyOptions, verify } from '../runs/verify.ts';
import { reference } from '../targets/reference.ts';
import { unknownName } from '../unknown-name.ts';
import { type Exploration, type ExploreOptions, explore } from './explore.ts';
import { type Hunt, hunt } from './hunt.ts';

export interface ExploreWords {
  runs: number;
  seed?: number;
  persistence?: string;
  jobs: number;
  keep?: string;
  out: string;
  postgres: ExploreOptions['postgres'];
  config?: string;
}

export interface ExploreListener extends Pick<ExploreOptions, 'onProgress'> {
  onPlan?(plan: { seed: number; command: string }): void;
}

/** @throws HoldfastError of exit code 64 where the options make no sense; whatever comes later is in the results */
export async function exploreAs(words: ExploreWords, listener: ExploreListener = {}): Promise<Exploration> {
  return explore(await optionsOf(words, listener));
}

/** @throws as `exploreAs` */
export async function huntAs(
  words: ExploreWords & { hunt: number },
  listener: ExploreListener,
): Promise<Hunt> {
  return hunt(await optionsOf(words, listener), words.hunt);
}

async function optionsOf(
  words: ExploreWords & { hunt?: number },
  listener: ExploreListener,
): Promise<ExploreOptions> {
  const { target = reference, bounds } = await loadConfig(words.config);
  await requirePostgres(words.postgres);
  const { runs, jobs, out, keep, postgres, persistence = target.persistence[0]! } = words;
  if (!target.persistence.includes(persistence)) {
    throw unknownName('way of persisting', persistence, target.persistence);
  }
  const seed = words.seed ?? randomInt(2 ** 32);
  const command = repeatOf({ ...words, seed });
  listener.onPlan?.({ seed, command });
  return {
    target,
    persistence,
    runs,
    seed,
    jobs,
    out,
    postgres,
    command,
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    signal: interruption(),
    ...(keep !== undefined && { keep }),
    ...(listener.onProgress && { onProgress: listener.onProgress }),
  };
}

function repeatOf(words: ExploreWords & { hunt?: number }): string {
  const { runs, seed, persistence, jobs, keep, out, postgres, config, hunt } = words;
  return commandOf('explore', [
    ['hunt', hunt],
    ['runs', runs === 500 ? undefined : runs],
    ['seed', seed],
    ['persistence', persistence],
    ['jobs', jobs === 6 ? undefined : jobs],
    ['keep', keep],
    ['postgres', postgres === 'auto' ? undefined : postgres],
    ['config', config],
    ['out', out === 'reports/runs' ? undefined : out],
  ]);
}

/** Plays a program as `verify` plays a scenario. @throws HF_PROGRAM, and as `verify` */
export function replay(
  words: Omit<ExploreWords, 'persistence'> & { replay: string; repeat: number; persistence?: string },
  listener: Listener,
): Promise<Run> {
  const { replay: source, persistence, ...rest } = words;
  const options: VerifyOptions = {
    ...rest,
    scenario: [encode(readProgram(source))],
    driver: ['api'],
    browser: 'auto',
    resume: 'auto',
    ...(persistence !== undefined && { persistence: [persistence] }),
  };
  return verify(options, listener);
}
