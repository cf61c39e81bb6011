import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sharesOf } from './shares.ts';

const ids = ['status', 'messages', 'replay'];

test('by weight, one at least, and all of the users', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 500 }),
      fc.array(fc.nat(100), { minLength: 3, maxLength: 3 }),
      (users, w) => {
        const mix = Object.fromEntries(ids.map((id, i) => [id, w[i]!]));
        const shares = sharesOf(users, mix, ids);
        const wanted = ids.filter((id) => mix[id]! > 0);
        expect(Object.keys(shares)).toEqual(wanted);
        for (const id of wanted) expect(shares[id]).toBeGreaterThanOrEqual(1);
        if (wanted.length > 0) expect(Object.values(shares).reduce((a, b) => a + b)).toBe(users);
      },
    ),
  );
});

test('four to one', () => {
  expect(sharesOf(10, { status: 4, replay: 1 }, ids)).toEqual({ status: 8, replay: 2 });
});
