/** Whether shards are parts of one load: what they must have in common, and what each must have for itself. */
import { HoldfastError } from '../../errors.ts';
import type { Shard } from './shard.ts';

/** What must be the same, in words, and how it is found. */
const COMMON: readonly (readonly [what: string, of: (shard: Shard) => unknown])[] = [
  ['version of holdfast', ({ results }) => results.environment.holdfast],
  ['commit of the project under test', ({ results }) => results.environment.commit],
  ['target', ({ results }) => results.environment.target],
  ['PostgreSQL', ({ results }) => results.environment.postgres],
  ['durability of PostgreSQL', ({ results }) => results.load.durability],
  ['ways of persisting', ({ results }) => distinct(results.scenarios.map(({ persistence }) => persistence))],
  ['planted defects', ({ results }) => [...results.defects].sort()],
  ['engine', ({ results }) => results.scenarios.find(({ id }) => id === 'load')?.driver],
  ['profile', ({ results }) => results.load.plan.profile],
  ['mix', ({ results }) => Object.entries(results.load.plan.mix).sort()],
  ['answers', ({ results }) => results.load.plan.answers],
  ['warm-up', ({ results }) => results.load.plan.warmup],
  ['duration', ({ results }) => results.load.plan.duration],
];

/** @throws HF_MERGE, HF_USAGE */
export function checkMergeable(shards: readonly Shard[]): void {
  const [first] = shards;
  if (!first) throw new HoldfastError('HF_USAGE', { what: 'there is nothing to merge', command: 'merge' });
  for (const { path, results } of shards) {
    if (results.failure) throw refused(`${path} ended by ${results.failure.code}, and proves nothing`);
    if (results.load.search)
      throw refused(`${path} looked for a limit: its results are of the last of many levels`);
  }
  for (const shard of shards.slice(1))
    for (const [what, of] of COMMON) {
      const [here, there] = [JSON.stringify(of(first) ?? null), JSON.stringify(of(shard) ?? null)];
      if (here !== there)
        throw refused(`their ${what} differs: ${here} in ${first.path}, ${there} in ${shard.path}`);
    }
  checkApart(shards);
}

/** The same seed asks the same questions: two such runs are one try made twice, not two tries. */
function checkApart(shards: readonly Shard[]): void {
  for (const [at, shard] of shards.entries())
    for (const other of shards.slice(0, at)) {
      const twice = seedsOf(shard).find((seed) => seedsOf(other).includes(seed));
      if (twice === undefined) continue;
      if (!shard.visits || !other.visits)
        throw refused(`${other.path} and ${shard.path} have the seed ${twice}: they made the same visits`);
      const common = [...shard.visits].find((visit) => other.visits!.has(visit));
      if (common !== undefined)
        throw refused(
          `the visit ${common} of the seed ${shard.results.seed} is in ${other.path} and ${shard.path}`,
        );
    }
}

/** What was merged before has those of its parts. */
function seedsOf({ results }: Shard): number[] {
  const { merged } = results.load;
  return merged.length > 0 ? merged.map(({ seed }) => seed) : [results.seed];
}

function refused(what: string): HoldfastError {
  return new HoldfastError('HF_MERGE', { what });
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
