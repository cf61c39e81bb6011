import { expect, test } from 'vitest';
import { parseDirective } from '../../mock-llm/directive.ts';
import { formatTimeline } from '../../mock-llm/faults/timeline.ts';
import type { SendSpec } from '../history/events.ts';
import { reference } from '../targets/reference.ts';
import { createDraw } from './draw.ts';
import { drawFaults } from './llm-faults.ts';
import { DEFAULT_BOUNDS, planPlay } from './plan.ts';
import { defineScenario } from './scenario.ts';

const SPEC: SendSpec = { seed: 7, chunks: 40, mode: 'marked' };
const drawn = (faults: string) =>
  drawFaults(
    () => faults,
    createDraw(1),
    () => SPEC,
  );

test.each<[faults: string, goals: string[]]>([
  ['duplicate@5,swap@9', ['duplicate', 'swap']],
  ['swap@9,duplicate@5', ['duplicate', 'swap']],
  ['half-frame@5,stall@5:20,fin@5,error@9', ['half-frame', 'stall', 'fin']],
  ['reset@5,stall@5', ['reset']],
  ['429#0', ['429']],
  ['429#1', []],
  ['end-twice', ['end-twice']],
])('of %s must strike %j', (faults, goals) => {
  expect(drawn(faults).goals).toEqual(goals.map((fault) => ({ goal: 'llm-fault', send: 7, fault })));
});

test('where the text has no place for it, other places and other texts are drawn', () => {
  const draw = createDraw(3);
  const { spec } = drawFaults(
    () => 'split-pair@30#0',
    draw,
    () => ({ ...SPEC, seed: draw.number() }),
  );
  expect(spec.seed).not.toBe(createDraw(3).number());
  expect(
    drawFaults(
      (draw) => `swap@${draw.between(38, 39)}`,
      draw,
      () => SPEC,
    ).spec.faults,
  ).toBe('swap@38');
});

test('a wish that no answer fulfils is refused with the reason', () => {
  expect(() => drawn('reset@41')).toThrow(/no place was found .* strikes past the end/);
});

const scenario = defineScenario<null>({
  id: 'test',
  title: 'Test',
  about: '',
  drivers: ['api'],
  feeds: [],
  questions: { asked: { chunks: [20, 20], faults: (draw) => `duplicate@${draw.between(2, 9)}` } },
  points: () => null,
  strikes: () => ['a reload'],
  coverage: () => [],
  async play() {},
});

test('a plan tells the LLM, the checkers and the reader of the plan the same', () => {
  const { event, questions } = planPlay({
    scenario,
    driver: 'api',
    persistence: 'checkpoint',
    repetition: 1,
    seed: 5,
    target: reference,
    bounds: DEFAULT_BOUNDS,
  });
  const [spec] = event.sends;
  const { text, lengthAfter } = questions.asked!;
  expect(formatTimeline(parseDirective(text)!.faults!)).toBe(spec!.faults);
  expect(event.strikes).toEqual(['a reload', `the LLM: ${spec!.faults}`]);
  expect(event.coverage).toEqual([{ goal: 'llm-fault', send: spec!.seed, fault: 'duplicate' }]);
  const at = Number(spec!.faults!.slice('duplicate@'.length));
  // The repeated chunk counts twice.
  const chunk = lengthAfter(at + 1) - lengthAfter(at);
  expect(lengthAfter(at + 2) - lengthAfter(at + 1)).toBe(chunk);
});
