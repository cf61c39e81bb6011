import { expect, test } from 'vitest';
import { flawsOf, type Share } from './shares.ts';

function share(pod: string, begun: number[], ended = begun): Share {
  return { pod, begun, ended };
}

test('one may come further than the other', () => {
  expect(flawsOf([share('a', [2, 0, 4, 6]), share('b', [1, 3])])).toEqual([]);
});

test.each<[string, Share[], RegExp]>([
  ['by two', [share('a', [0, 2]), share('b', [1, 2])], /visit 2 was made by a and by b/],
  ['twice by one', [share('a', [0, 0, 2]), share('b', [1])], /visit 0 was made by a and by a/],
  ['by none', [share('a', [0, 4]), share('b', [1])], /a: visit 2 should have come, not 4/],
  ['by the wrong one', [share('a', [1]), share('b', [0])], /a: visit 0 should have come, not 1/],
  ['and not ended', [share('a', [0, 2], [0]), share('b', [1])], /a did not end visit 2/],
  ['never, of a runner', [share('a', [0]), share('b', [])], /b made no visit/],
])('a visit made %s is told', (_, shares, told) => {
  expect(flawsOf(shares).join('; ')).toMatch(told);
});
