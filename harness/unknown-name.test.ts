import { expect, test } from 'vitest';
import { nearest, unknownName } from './unknown-name.ts';

const KNOWN = ['refresh', 'refresh-thrice', 'network', 'kill', 'cut'];

test.each([
  ['refesh', 'refresh'],
  ['refresh-trice', 'refresh-thrice'],
  ['Network', 'network'],
  ['kil', 'kill'],
  ['cutt', 'cut'],
  ['ct', undefined],
  ['locust', undefined],
  ['', undefined],
])('of "%s" the nearest is %s', (name, meant) => {
  expect(nearest(name, KNOWN)).toBe(meant);
});

test('it says what was probably meant, and in any case what there is', () => {
  expect(unknownName('scenario', 'refesh', KNOWN).message).toBe(
    'There is no scenario "refesh" (did you mean refresh?). Known: refresh, refresh-thrice, network, kill, cut.',
  );
  expect(unknownName('defect', 'x', []).message).toBe('There is no defect "x". Known: none.');
});
