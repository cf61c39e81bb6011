import { describe, expect, test } from 'vitest';
import { DEFAULT_BOUNDS, planPlay } from '../runs/plan.ts';
import { reference } from '../targets/reference.ts';
import { cutPoints, cutStyles } from './cut-points.ts';
import { ways } from './point.ts';

const plan = { chunks: 60, styles: cutStyles, ways, cuts: [1, 2, 3] };

describe('cut points', () => {
  const points = cutPoints(plan);

  test('are every place, in every style, with every way of going on, once', () => {
    expect(points).toHaveLength(61 * cutStyles.length * ways.length * 3);
    expect(new Set(points.map(({ id }) => id)).size).toBe(points.length);
    expect(points.length).toBeGreaterThan(2_000);
  });

  test('alone are planned as they are among all', () => {
    const strikesOf = (all: typeof points, id: string) => {
      const { scenario } = all.find((point) => point.id === id)!;
      const about = { driver: 'api', persistence: 'checkpoint', repetition: 1, seed: 7 } as const;
      return planPlay({ ...about, scenario, target: reference, bounds: DEFAULT_BOUNDS }).event;
    };
    const id = 'cut-17-of-60-fin-refresh-3';
    const alone = cutPoints({ ...plan, styles: ['fin'], ways: ['refresh'], cuts: [3] });
    expect(strikesOf(alone, id)).toEqual(strikesOf(points, id));
  });

  test('cover no loss that must not have struck', () => {
    for (const { scenario, id } of points.filter((point) => point.id.endsWith('poll-3'))) {
      const coverage = scenario.coverage({ send: () => 1, points: undefined, chunks: { question: 60 } });
      const struck = coverage.filter(({ goal }) => goal === 'fault-struck');
      expect(struck, id).toEqual([{ goal: 'fault-struck', fault: 'cut-1' }]);
    }
  });
});
