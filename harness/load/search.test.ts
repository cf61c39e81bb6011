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

test('where chance let several levels hold, one that held lower is tried again rather than none found', async () => {
  // As on a machine that becomes busier while it is searched.
  let tries = 0;
  const { levels, limit } = await findLimit(150, async (level) => ({
    held: level <= (++tries <= 4 ? 450 : 310),
    why: 'too slow',
  }));
  expect(levels.map(({ level }) => level)).toEqual([150, 300, 600, 450, 525, 487, 450, 405, 300]);
  expect([limit, levels.at(-1)!.held]).toEqual([300, true]);
});

test('where nothing holds there is no limit', async () => {
  expect(await findLimit(4, upTo(0))).toMatchObject({ limit: null });
});
