import { expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { checkerIds } from '../checkers/index.ts';
import { reference } from '../targets/reference.ts';
import { rows } from './rows.ts';

test('every defect of the server has a row, and every row a defect', async () => {
  const known = await reference.defects!();
  const played = rows.map(({ defect }) => defect);
  expect(new Set(played).size).toBe(played.length);
  expect(played.filter((name) => !known.some((defect) => defect.name === name))).toEqual([]);
  const server = known.filter(({ side }) => side === 'server');
  expect(server.filter(({ name }) => !played.includes(name))).toEqual([]);
});

test.each(rows.map((row) => [row.defect, row] as const))(
  '%s names checkers and a scenario that there are, and is brought out by its driver',
  (_, { scenario, driver = 'api', fails, unjudged = [] }) => {
    expect(scenarios.find(({ id }) => id === scenario)?.drivers).toContain(driver);
    expect([...fails, ...unjudged].filter((id) => !checkerIds.includes(id))).toEqual([]);
    expect(new Set([...fails, ...unjudged]).size).toBe(fails.length + unjudged.length);
  },
);
