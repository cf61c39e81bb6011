import { expect, test } from 'vitest';
import { attain } from './attainment.ts';
import { Latencies } from './engine/latencies.ts';
import { emptyTally, mergeTally } from './engine/tally.ts';
import { parseObjective } from './objectives.ts';

function latencies(...values: number[]): Latencies {
  const recorded = new Latencies();
  for (const value of values) recorded.record('recovery', value);
  return recorded;
}

const verdicts = (texts: string[], measured: Parameters<typeof attain>[1]) =>
  attain(texts.map(parseObjective), measured).map(({ verdict }) => verdict);

test('met and missed', () => {
  const total = { ...emptyTally(), visits: 10, measured: 10, good: 9 };
  const measured = { latencies: latencies(1, 2, 400), total };
  const texts = [
    'p50(recovery) < 3ms',
    'max(recovery) < 300ms',
    'lost == 0',
    'goodput >= 0.9',
    'goodput > 0.99',
  ];
  expect(verdicts(texts, measured)).toEqual(['met', 'missed', 'met', 'met', 'missed']);
});

test('without samples nothing is met, and nothing missed', () => {
  const texts = ['p99(recovery) < 1ms', 'lost == 0', 'goodput > 0.5'];
  const measured = { latencies: new Latencies(), total: emptyTally() };
  expect(verdicts(texts, measured)).toEqual(['unknown', 'unknown', 'unknown']);
});

test('histograms of several processes merge to that of all', () => {
  const [a, b, all] = [latencies(1, 2, 3), latencies(500), latencies(1, 2, 3, 500)];
  a!.merge(b!.encode());
  expect([a!.count('recovery'), a!.at('recovery', 0.99), a!.encode()]).toEqual([
    4,
    all!.at('recovery', 0.99),
    all!.encode(),
  ]);
});

test('tallies add up', () => {
  const one = {
    ...emptyTally(),
    visits: 2,
    lost: 1,
    checks: { 'no-loss': { samples: 4, violations: [], violationCount: 3, late: 2, unknown: 1 } },
    exposed: { cut: { visits: 2, lost: 1 } },
  };
  const sum = emptyTally();
  mergeTally(sum, structuredClone(one));
  mergeTally(sum, structuredClone(one));
  expect(sum).toMatchObject({
    visits: 4,
    lost: 2,
    checks: { 'no-loss': { samples: 8, violationCount: 6, late: 4, unknown: 2 } },
    exposed: { cut: { visits: 4, lost: 2 } },
  });
});
