import { expect, test } from 'vitest';
import { reference } from '../targets/reference.ts';
import { choose } from './hunt.ts';

const known = (await reference.defects!()).filter(({ side }) => side === 'server');
const names = (commit: string, from = known) => choose(from, 5, commit).map(({ name }) => name);

test('which defects are hunted follows from the commit, and from nothing else', () => {
  expect(names('c894416')).toEqual(names('c894416'));
  expect(names('c894416', [...known].reverse())).toEqual(names('c894416'));
  expect(new Set(names('c894416')).size).toBe(5);
  // So many that each of them has its turn: with fewer, one more defect may leave one out.
  const chosen = new Set(Array.from({ length: 400 }, (_, n) => names(`commit ${n}`)).flat());
  expect(chosen.size).toBe(known.length);
});

test('there are no more than there are', () => {
  expect(choose(known.slice(0, 2), 5, 'c894416')).toHaveLength(2);
});
