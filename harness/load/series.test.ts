import { expect, test } from 'vitest';
import { noCounts } from './engine/counts.ts';
import { Latencies } from './engine/latencies.ts';
import { Series } from './series.ts';

const beat = (at: number, more: { lost: number; chunks: number; visits: number }) => ({
  at,
  counts: { ...noCounts(), streams: more.visits, chunks: more.chunks },
  latencies: new Latencies().encode(),
  loop: { p99: 1, max: 1 },
  cpu: 0.5,
  memory: 2 ** 20,
  visits: more.visits,
  lost: more.lost,
});

test('the last beat of a worker, in the second of the one before, adds nothing that was there already', () => {
  const series = new Series();
  series.push(0, beat(1_000, { lost: 3, chunks: 100, visits: 4 }));
  series.push(1, beat(1_010, { lost: 1, chunks: 50, visits: 2 }));
  series.push(0, beat(1_400, { lost: 4, chunks: 130, visits: 1 }));
  expect(series.all()).toMatchObject([{ at: 1, lost: 5, chunks: 180, visits: 3, streams: 3, memory: 2 }]);
});
