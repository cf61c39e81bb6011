/** What is only not there yet, among what fails: a view that still waits, and shows the beginning of what there is. */
import { expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import { checkers } from './index.ts';
import { SPEC, type Story, story } from './testing/history.ts';

const text = (to: number) => oracleText(SPEC.seed, 0, to, SPEC.mode);
const halfway = () => story().asks().calls().opens('a').speaks(6).shows('a', 6);
const broken = () => halfway().hangsUp('fault');

test.each<[string, () => Story, boolean]>([
  ['a view that was never answered', () => story().asks().calls().opens('a').speaks(12).finishes(), true],
  ['a view that stays behind', () => halfway().speaks(12).finishes(), true],
  ['one that was told of the end', () => halfway().speaks(12).ends('a', 'completed').finishes(), false],
  [
    'one that holds less than the database after an error, and knows of it',
    () =>
      broken()
        .hears('a', 'error')
        .finishes({ state: 'error', text: text(7) }),
    false,
  ],
  [
    'one that waits, and holds more than the database',
    () => broken().finishes({ state: 'error', text: text(5) }),
    false,
  ],
  [
    'one that waits, and holds other text',
    () =>
      halfway()
        .sees('a', oracleText(99, 0, 1), 'append')
        .speaks(12)
        .finishes(),
    false,
  ],
  [
    'a fresh reader that has less than the database',
    () =>
      halfway()
        .speaks(12)
        .shows('a', 12)
        .ends('a', 'completed')
        .finishes({ fresh: text(7) }),
    false,
  ],
])('%s', (_, told, isLate) => {
  const { checks, late } = told().judged();
  const { violationCount } = checks.find(({ id }) => id === 'convergence')!;
  expect(violationCount).toBeGreaterThan(0);
  expect(late.convergence ?? 0).toBe(isLate ? violationCount : 0);
});

test('an end that nobody was told breaks liveness alone, whoever waits for it', () => {
  const { checks, late } = story().asks().calls().opens('a').speaks(12).shows('a', 12).finishes().judged();
  const { violationCount } = checks.find(({ id }) => id === 'eventual-end')!;
  expect(violationCount).toBeGreaterThan(0);
  expect(late).toEqual({ 'eventual-end': violationCount });
});

test('checkers of liveness alone are these', () => {
  expect(checkers.filter(({ liveness }) => liveness).map(({ id }) => id)).toEqual([
    'timely-delivery',
    'eventual-end',
  ]);
});
