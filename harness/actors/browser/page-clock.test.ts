import { expect, test } from 'vitest';
import { now } from '../../history/index.ts';
import { createPageClock } from './page-clock.ts';

test('an instant lies within its error of the truth, whatever took how long', () => {
  // The document's clock began 250 ms before it was first heard of; nobody knows that.
  const began = now() - 250;
  const clock = createPageClock(began - 400);
  const page = () => now() - began;
  const holds = () => {
    const said = page();
    const { t, err } = clock.instant(said);
    expect(Math.abs(t - (began + said))).toBeLessThanOrEqual(err);
    return err;
  };
  clock.heard(page() - 30);
  const first = holds();
  const asked = now() - 20;
  clock.answered(asked, page() - 5);
  clock.heard(page() - 2);
  const second = holds();
  expect(second).toBeLessThan(first);
  expect(clock.err).toBe(second);
});

test('of a document that was never heard of nothing is claimed', () => {
  expect(createPageClock(now()).err).toBe(Number.POSITIVE_INFINITY);
});
