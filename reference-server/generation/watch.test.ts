import { expect, test } from 'vitest';
import type { Held } from '../store/generations.ts';
import { Watch } from './watch.ts';

const LEASE = 1_000;
const SWEEP = 600;
const held = (change: Partial<Held> = {}): Held => ({
  id: 'kelp',
  epoch: 0,
  lease: LEASE,
  free: false,
  renewed: '2026-01-01 00:00:00+00',
  chunks: 5,
  ...change,
});

/** Looks as `[ms, what there is]`, each answered 10 ms after it was asked for. @returns what was silent at the last */
function looks(...all: [number, Held?][]): string[] {
  const watch = new Watch(LEASE, SWEEP);
  let silent: Held[] = [];
  for (const [at, seen] of all) silent = watch.look(seen ? [seen] : [], at, at + 10);
  return silent.map(({ id }) => id);
}

test.for<[string, [number, Held?][], boolean]>([
  ['at first sight', [[0, held()]], false],
  [
    'that was seen for less than its lease',
    [
      [0, held()],
      [500, held()],
      [1_009, held()],
    ],
    false,
  ],
  [
    'that has not changed for its lease',
    [
      [0, held()],
      [500, held()],
      [1_010, held()],
    ],
    true,
  ],
  [
    'that has a shorter lease',
    [
      [0, held({ lease: 300 })],
      [310, held({ lease: 300 })],
    ],
    true,
  ],
  [
    'that does not tell its lease',
    [
      [0, held({ lease: 0 })],
      [600, held({ lease: 0 })],
    ],
    false,
  ],
  ['that has been let go', [[0, held({ free: true })]], true],
  [
    'that was renewed',
    [
      [0, held()],
      [500, held({ renewed: 'later' })],
      [1_400, held({ renewed: 'later' })],
    ],
    false,
  ],
  [
    'whose lease was written an hour earlier',
    [
      [0, held()],
      [500, held({ renewed: 'an hour ago' })],
      [1_400, held({ renewed: 'an hour ago' })],
    ],
    false,
  ],
  [
    'that grew',
    [
      [0, held()],
      [500, held({ chunks: 6 })],
      [1_400, held({ chunks: 6 })],
    ],
    false,
  ],
  [
    'that was taken over',
    [
      [0, held()],
      [500, held({ epoch: 1 })],
      [1_400, held({ epoch: 1 })],
    ],
    false,
  ],
  [
    'that was not looked at for longer than a lease',
    [
      [0, held()],
      [1_300, held()],
    ],
    false,
  ],
  ['that was gone and is back', [[0, held()], [500], [1_010, held()]], false],
])('one %s', ([, seen, silent]) => {
  expect(looks(...seen)).toEqual(silent ? ['kelp'] : []);
});

test('where one looks more seldom than a lease is long, one looks twice', () => {
  const watch = new Watch(LEASE, 5 * LEASE);
  expect(watch.look([held()], 0, 10)).toEqual([]);
  expect(watch.look([held()], 5_100, 5_110)).toEqual([held()]);
});
