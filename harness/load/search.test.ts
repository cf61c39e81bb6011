import { expect, test } from 'vitest';
import { findLimit } from './search.ts';

const upTo = (most: number) => async (level: number) => ({
  held: level <= most,
  why: level <= most ? null : 'too slow',
});

test.for([1, 2, 9, 10, 37, 100, 1_000])('a limit of %i is found, to a tenth, and confirmed', async (most) => {
  const { levels, limit } = await findLimit(10, upTo(most));
  expect(limit).toBeLessThanOrEqual(most);
  expect(limit! + Math.max(1, limit! * 0.1)).toBeGreaterThanOrEqual(most);
  expect(levels.at(-1)).toEqual({ level: limit, held: true, why: null });
  expect(levels.filter(({ level, held }) => held && level === limit).length).toBe(2);
});

test('a level that held by chance is not the limit', async () => {
  let first = true;
  const { limit, levels } = await findLimit(16, async (level) => {
    const lucky = level === 16 && first;
    if (level === 16) first = false;
    return { held: level < 16 || lucky, why: 'too slow' };
  });
  expect(limit).toBeLessThan(16);
  expect(levels.at(-1)).toMatchObject({ level: limit, held: true });
});

test('where nothing holds there is no limit', async () => {
  expect(await findLimit(4, upTo(0))).toMatchObject({ limit: null });
});
