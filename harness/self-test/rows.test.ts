import { expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { checkerIds } from '../checkers/index.ts';
import { reference } from '../targets/reference.ts';
import { rows } from './rows.ts';

test('every defect of the server and of the page has a row, and every row a defect', async () => {
  const known = await reference.defects!();
  expect(rows.map(({ defect }) => defect).sort()).toEqual(known.map(({ name }) => name).sort());
});

test('a defect of the page is brought out in a browser', async () => {
  const known = await reference.defects!();
  const inBrowser = rows.filter(({ driver }) => driver === 'browser').map(({ defect }) => defect);
  const ofPage = known.filter(({ side }) => side === 'page').map(({ name }) => name);
  expect(inBrowser.sort()).toEqual(ofPage.sort());
});

test.each(rows.map((row) => [row.defect, row] as const))(
  '%s names checkers and a scenario that there are, and is brought out by its driver',
  (_, { scenario, driver = 'api', fails, unjudged = [] }) => {
    expect(scenarios.find(({ id }) => id === scenario)?.drivers).toContain(driver);
    expect([...fails, ...unjudged].filter((id) => !checkerIds.includes(id))).toEqual([]);
    expect(new Set([...fails, ...unjudged]).size).toBe(fails.length + unjudged.length);
  },
);
