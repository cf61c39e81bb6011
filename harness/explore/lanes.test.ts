/** Which programs are played at the same time: each once, and none beside what would hurt it. */
import { expect, test } from 'vitest';
import { ABLE, isAlone, nameOf, type Program } from '../programs/program.ts';
import { lanesOf } from './lanes.ts';
import { rowOf } from './row.ts';

const row = [...rowOf({ seed: 5, runs: 400, abilities: ABLE })];
const killing = (program: Program) => JSON.stringify(program.steps).includes('"trouble":"kill"');

test.each([1, 6, 12, 48, 400])('of %i programs each is played once', (count) => {
  const { beside, after } = lanesOf(row.slice(0, count));
  const names = [...beside.flat(), ...after].map(nameOf);
  expect(names.sort()).toEqual(row.slice(0, count).map(nameOf).sort());
});

test('what kills the database server is played beside nothing', () => {
  const { beside, after } = lanesOf(row);
  expect(after.length).toBeGreaterThan(0);
  expect(after.every(killing)).toBe(true);
  expect(beside.flat().some(killing)).toBe(false);
});

test('those that share a server share one, and the others are dealt evenly', () => {
  const [shared, ...lanes] = lanesOf(row).beside;
  expect(shared!.some(isAlone)).toBe(false);
  expect(lanes.flat().every(isAlone)).toBe(true);
  const sizes = lanes.map(({ length }) => length);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  expect(lanes).toHaveLength(3);
});

test('for one or two no other stack is started than for three', () => {
  const alone = row.filter((program) => isAlone(program) && !killing(program));
  for (const count of [1, 2, 3]) expect(lanesOf(alone.slice(0, count)).beside).toHaveLength(1);
  expect(lanesOf(alone.slice(0, 4)).beside).toHaveLength(2);
});
