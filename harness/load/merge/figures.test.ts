import { expect, test } from 'vitest';
import type { LoadResults } from '../../runs/load-results.ts';
import { mergeProcesses } from './figures.ts';

const use = (memory: number) => ({ memory, cpu: 0.5 });

function load(merged: LoadResults['merged'], ...names: string[]): LoadResults {
  const processes = [1, 2].map((at) => ({
    at,
    uses: Object.fromEntries(names.map((name) => [name, use(at)])),
  }));
  return { merged, processes } as Partial<LoadResults> as LoadResults;
}

test('processes of merged runs stay apart, and keep the names of an earlier merging', () => {
  const merged = mergeProcesses([
    { run: 'a', load: load([], 'target', 'llm') },
    { run: 'b', load: load([], 'target') },
    { run: 'c', load: load([{ run: 'x', seed: 1 }], 'target of x') },
  ]);
  const names = ['llm of a', 'target of a', 'target of b', 'target of x'];
  expect(merged.map(({ at, uses }) => [at, Object.keys(uses).sort()])).toEqual([
    [1, names],
    [2, names],
  ]);
});
