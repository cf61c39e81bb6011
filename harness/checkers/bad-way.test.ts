/** What befell the way to the target when a stream was opened stays with that stream, whatever heals. */
import { expect, test } from 'vitest';
import { failures, type Story, story } from './testing/history.ts';

const line = { fault: 'line' };
const held = (told: Story) =>
  told.speaks(6).held(6).shows('a', 4).passes(1_500).released(6).speaks(12).shows('a', 12);
const judged = (told: Story) => failures(held(told).hears('a', 'completed').finishes().judged());

test.each<[string, () => Story, string[]]>([
  [
    'a stream that was opened over a bad line is late, which is the line',
    () => story().asks().calls().fault('struck', 'tab', line).opens('a').fault('healed', 'tab', line),
    [],
  ],
  [
    'one that was there before, and is late when all is healed, is not excused by it',
    () =>
      story().asks().calls().opens('a').fault('struck', 'tab', line).fault('healed', 'tab', line).passes(9),
    ['timely-delivery/reader'],
  ],
  [
    'nor one that was opened when all was healed',
    () =>
      story().asks().calls().fault('struck', 'tab', line).fault('healed', 'tab', line).passes(9).opens('a'),
    ['timely-delivery/reader'],
  ],
  [
    "nor one of somebody else's device",
    () =>
      story()
        .asks()
        .calls()
        .opens('b', { actor: 'phone' })
        .fault('struck', 'phone', line)
        .opens('a')
        .fault('healed', 'phone', line),
    ['timely-delivery/reader'],
  ],
])('%s', (_, told, expected) => {
  expect(judged(told()).filter((clause) => clause.startsWith('timely'))).toEqual(expected);
});
