import { expect, test } from 'vitest';
import type { GenerationState } from '../history/events.ts';
import { failures, SPEC, type Story, story } from './testing/history.ts';

const held = () => story().asks().calls().opens('a').speaks(6).shows('a', 4).held(6);
const wrong = (kind: string) =>
  held().by('runner', { type: 'fault', fault: kind, kind, at: 'target', state: 'struck' });
const over = (told: Story) => told.released(6).speaks(12).shows('a', 12).hears('a', 'completed').finishes();
/** The database is looked into when its bound is over: 2 s of the checkpoint, 1 s, and 200 ms. */
const looked = (told: Story) => told.shows('a', 6).row(told.text(3), 'generating').shows('a', 6);

/** Of 1.2 s in which a reader got nothing, or 3.2 s in which nothing was saved, so much was without a processor, ms. */
test.each<[string, () => Story, 'fail' | 'unknown' | 'not-applicable', string[]]>([
  ['a reader, nobody starved', () => held().passes(1_200), 'fail', ['timely-delivery/reader']],
  ['a reader, starved for as long as it was late', () => held().starves(1_200, 250), 'unknown', []],
  ['a reader, starved for less', () => held().starves(1_200, 150), 'fail', ['timely-delivery/reader']],
  [
    'a reader, while a clock was wrong',
    () => wrong('clock').passes(1_200),
    'fail',
    ['timely-delivery/reader'],
  ],
  ['a reader, while the target stood still', () => wrong('freeze').passes(1_200), 'not-applicable', []],
  [
    'a reader, starved before and not meanwhile',
    () =>
      story()
        .asks()
        .calls()
        .opens('a')
        .starves(2_000, 2_000)
        .passes(50)
        .speaks(6)
        .shows('a', 4)
        .held(6)
        .passes(1_200),
    'fail',
    ['timely-delivery/reader'],
  ],
  [
    'a reader who has nothing for long, starved for half of it',
    () => held().starves(4_000, 2_000),
    'fail',
    ['timely-delivery/reader'],
  ],
  [
    'a reader who has it late, starved for half of that',
    () => held().starves(1_600, 800).shows('a', 6).passes(5_000),
    'unknown',
    [],
  ],
  [
    'the database, nobody starved',
    () => looked(held().shows('a', 6).passes(3_200)),
    'fail',
    ['timely-delivery/database'],
  ],
  ['the database, starved', () => looked(held().shows('a', 6).starves(3_200, 400)), 'unknown', []],
])('late is %s', (_, told, verdict, expected) => {
  const judged = over(told()).judged();
  expect(failures(judged).filter((clause) => clause.startsWith('timely'))).toEqual(expected);
  expect(judged.checks.find(({ id }) => id === 'timely-delivery')!.verdict).toBe(verdict);
});

test('what came in time is in time, whoever starved', () => {
  const judged = over(held().starves(900, 2_000).shows('a', 6).passes(500)).judged();
  expect(judged.checks.find(({ id }) => id === 'timely-delivery')!.verdict).toBe('pass');
});

/** The target gives the LLM up so many ms after it was held, and then there is this in the database. */
const givenUp = (after: number, told = held()) =>
  told.shows('a', 6).passes(after).hangsUp('aborted').hears('a', 'error').passes(4_000);

test.each<[string, Story, 3 | 6, GenerationState, string[]]>([
  ['ended before the rest had to be saved', givenUp(800), 3, 'error', ['no-loss/completed']],
  [
    'ended when it had long had to be saved',
    givenUp(3_300),
    3,
    'error',
    ['no-loss/completed', 'timely-delivery/database'],
  ],
  ['left without an end', givenUp(800), 3, 'generating', ['no-loss/completed', 'timely-delivery/database']],
  ['never there', givenUp(800), 3, 'absent', ['no-loss/completed', 'timely-delivery/database']],
  ['ended and saved', givenUp(800), 6, 'error', ['no-loss/completed']],
])('an answer that is given up, %s', (_, told, chunks, state, expected) => {
  const judged = told.row(state === 'absent' ? '' : told.text(chunks), state).judged();
  const about = ['no-loss/completed', 'timely-delivery/database'];
  expect(failures(judged).filter((clause) => about.includes(clause))).toEqual(expected);
});

test('an answer that the LLM broke off before the rest had to be saved has it saved all the same', () => {
  const told = story({ sends: [{ ...SPEC, faults: 'reset@8' }] })
    .asks()
    .calls()
    .opens('a')
    .speaks(6)
    .held(6);
  told.shows('a', 6).passes(800).released(6).speaks(8).strikes().hangsUp('fault').shows('a', 8);
  const judged = told.hears('a', 'error').passes(4_000).row(told.text(3), 'error').judged();
  expect(failures(judged)).toContain('timely-delivery/database');
});
