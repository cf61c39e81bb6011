import { expect, test } from 'vitest';
import { repeatCommand } from './command.ts';
import { createDraw } from './draw.ts';

test('at a boundary all that has two ends is at one of them, and all else is as the seed has it', () => {
  const [random, low, high] = [createDraw(7), createDraw(7, 'low'), createDraw(7, 'high')];
  const draw = (by: typeof random) => [
    by.number(),
    by.between(3, 900),
    by.oneOf(['a', 'b', 'c', 'd', 'e', 'f']),
    by.between(-5, 5),
    by.number(),
  ];
  const [first, , choice, , last] = draw(random);
  expect(draw(low)).toEqual([first, 3, choice, -5, last]);
  expect(draw(high)).toEqual([first, 900, choice, 5, last]);
});

test('between two ends of which the first is the greater nothing can be drawn', () => {
  for (const boundary of [undefined, 'low', 'high'] as const)
    expect(() => createDraw(7, boundary).between(6, 5)).toThrow(/between 6 and 5/);
  expect(createDraw(7).between(6, 6)).toBe(6);
});

test('what was played at a boundary is repeated there', () => {
  const usual = { browser: 'auto', repeat: 1, jobs: 4, resume: 'auto', postgres: 'auto' } as const;
  const command = repeatCommand({ ...usual, out: 'reports/runs', seed: 7, boundary: 'high' });
  expect(command).toMatch(/--seed 7 --boundary high$/);
});
