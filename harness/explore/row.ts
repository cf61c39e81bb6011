/** The row of programs that a seed stands for. */
import { essence, nameOf, type Program } from '../programs/program.ts';
import type { Abilities } from '../programs/scene.ts';
import { drawProgram } from './arbitraries.ts';

export interface RowOptions {
  seed: number;
  /** How many different programs. */
  runs: number;
  abilities: Abilities;
}

/** Draws until there are so many; a target that can do little may have fewer different ones in so many draws. */
const DRAWS_A_PROGRAM = 20;

export function* rowOf({ seed, runs, abilities }: RowOptions): Generator<Program> {
  const names = new Set<string>();
  for (let n = 1; names.size < runs && n <= runs * DRAWS_A_PROGRAM; n++) {
    const program = essence(drawProgram(seed, n), abilities);
    if (!program || names.has(nameOf(program))) continue;
    names.add(nameOf(program));
    yield program;
  }
}

/** Programs of one stack; more would have what was found early wait for the rest. */
const MOST_TOGETHER = 48;

/** First few, then twice as many each time: where much is broken it is found at once. */
export function* batchesOf({ jobs, ...row }: RowOptions & { jobs: number }): Generator<Program[]> {
  let size = Math.min(jobs, MOST_TOGETHER);
  let batch: Program[] = [];
  for (const program of rowOf(row)) {
    batch.push(program);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = Math.min(2 * size, MOST_TOGETHER);
  }
  if (batch.length > 0) yield batch;
}
