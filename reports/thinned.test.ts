import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createThinned } from './thinned.ts';

it('keeps everything up to its limit', () => {
  const thinned = createThinned<number>(5);
  for (let i = 0; i < 5; i++) thinned.push(i);
  expect(thinned.items).toEqual([0, 1, 2, 3, 4]);
});

it('keeps an even row of what came, never more than its limit and never less than half', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 0, max: 5000 }), (limit, n) => {
      const thinned = createThinned<number>(limit);
      for (let i = 0; i < n; i++) thinned.push(i);
      const { items } = thinned;
      expect(thinned.total).toBe(n);
      expect(items.length).toBeLessThanOrEqual(limit);
      expect(items.length).toBeGreaterThanOrEqual(Math.min(n, Math.floor(limit / 2)));
      const stride = (items[1] ?? 1) - (items[0] ?? 0);
      expect(items).toEqual(items.map((_, i) => i * stride));
    }),
  );
});
