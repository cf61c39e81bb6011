/** One part of a load that is to be merged: a folder of a run, or raw samples that a k6 without a harness has left. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../errors.ts';
import type { LoadResults } from '../../runs/load-results.ts';
import type { Results } from '../../runs/results.ts';
import { shardOfSamples } from './samples.ts';

export interface Shard {
  /** As it was named. */
  path: string;
  results: Results & { load: LoadResults };
  /** Visits by number, where raw samples tell them: shards of one k6 test have one seed, and share its visits. */
  visits?: ReadonlySet<number>;
}

/** @throws HF_NO_RUN, HF_MERGE */
export async function readShard(path: string, allowSkip: boolean): Promise<Shard> {
  if (/\.json(\.gz)?$/.test(path) && existsSync(path) && statSync(path).isFile())
    return shardOfSamples(path, allowSkip);
  const file = join(path, 'results.json');
  if (!existsSync(file))
    throw new HoldfastError('HF_NO_RUN', { path, what: 'there is no results.json in it' });
  const results = JSON.parse(readFileSync(file, 'utf8')) as Results;
  const { load } = results;
  if (!load) {
    const what = results.failure ? `${results.failure.code} ended it` : 'it is no load run';
    throw new HoldfastError('HF_MERGE', { what: `${path} has no results of a load: ${what}` });
  }
  // Older results do not have all of it.
  const { merged = [], processes = [], memory = [] } = load as Partial<typeof load>;
  return { path, results: { ...results, load: { ...load, merged, processes, memory } } };
}
