import { expect, test } from 'vitest';
import { Latencies } from './latencies.ts';

function told(latencies: Latencies) {
  return Object.fromEntries(latencies.names().map((name) => [name, latencies.summary(name)]));
}

test('what is taken second by second and merged is what was recorded', () => {
  const [seconds, all, merged, atOnce] = [new Latencies(), new Latencies(), new Latencies(), new Latencies()];
  // More than are put into a histogram at once, in one of the seconds.
  const recorded = [[3, 9], [], Array.from({ length: 700 }, (_, n) => 1 + n), [3_599_000]];
  for (const second of recorded) {
    for (const ms of second) for (const latencies of [seconds, all]) latencies.record('gap', ms);
    merged.merge(seconds.take());
  }
  atOnce.merge(all.encode());
  expect(told(merged)).toEqual(told(atOnce));
  const quantiles = [0.5, 0.99, 1];
  expect(quantiles.map((quantile) => merged.at('gap', quantile))).toEqual(
    quantiles.map((quantile) => atOnce.at('gap', quantile)),
  );
  expect(merged.count('gap')).toBe(703);
});

test('a second without samples of a name says nothing of it', () => {
  const latencies = new Latencies();
  latencies.record('gap', 5);
  latencies.record('stop', 7);
  expect(Object.keys(latencies.take()).sort()).toEqual(['gap', 'stop']);
  latencies.record('stop', 8);
  expect(Object.keys(latencies.take())).toEqual(['stop']);
  expect(latencies.take()).toEqual({});
});
