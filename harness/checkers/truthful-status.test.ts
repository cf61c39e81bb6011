import { expect, test } from 'vitest';
import type { GenerationState } from '../history/events.ts';
import { failures, story } from './testing/history.ts';

/** The LLM is held when it is said that the answer has ended, and goes on so many ms later. */
const saidBeforehand = (state: GenerationState, ms: number) =>
  story().asks().calls().opens('a').speaks(6).shows('a', 6).held(6).says('list', state).passes(ms);

test.each<[GenerationState, number, boolean]>([
  ['cancelled', 600, false],
  ['cancelled', 1_500, true],
  ['error', 600, false],
  ['error', 1_500, true],
  // Nobody breaks off what he says is complete.
  ['completed', 600, true],
])('%s, when the LLM goes on %i ms later: told of an answer that is still spoken: %s', (state, ms, told) => {
  const goesOn = failures(saidBeforehand(state, ms).released(6).speaks(12).finishes().judged());
  expect(goesOn.includes('truthful-status/still-speaking')).toBe(told);
  expect(goesOn).toContain(state === 'completed' ? 'truthful-status/completed-full' : 'no-loss/completed');
});

test('who breaks the LLM off may say so before it hears of that', () => {
  for (const ms of [600, 1_500]) {
    const heard = failures(saidBeforehand('error', ms).hangsUp('aborted').judged());
    expect(heard.includes('truthful-status/still-speaking')).toBe(ms === 1_500);
  }
});
