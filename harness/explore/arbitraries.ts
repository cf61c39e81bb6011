/** How programs are drawn by chance, and what is simpler than a given one: by fast-check. */
import * as fc from 'fast-check';
import { DEVICES, QUESTIONS, SESSIONS, TABS } from '../programs/names.ts';
import type { Program } from '../programs/program.ts';
import { FAILURES } from '../programs/steps/ask.ts';
import { STYLES } from '../programs/steps/cut.ts';
import type { Step, StepName, StepOf } from '../programs/steps/index.ts';
import { seedOf } from '../runs/draw.ts';

const device = fc.constantFrom(...DEVICES);
const tab = fc.constantFrom(...TABS);
const session = fc.constantFrom(...SESSIONS);
const question = fc.constantFrom(...QUESTIONS);
const style = fc.constantFrom(...STYLES);
/** Long enough for a cut in the middle, short enough for hundreds of programs. */
const chunks = fc.integer({ min: 1, max: 48 });
const all = fc.constant('all' as const);

const STEPS: { [N in StepName]: fc.Arbitrary<StepOf<N>> } = {
  ask: fc.record({
    do: fc.constant('ask'),
    tab,
    session,
    question,
    chunks,
    gap: fc.constantFrom(0, 2, 10),
    says: fc.oneof(
      { weight: 2, arbitrary: fc.constant(0) },
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 30 }) },
      { weight: 1, arbitrary: all },
    ),
    fails: fc.oneof(
      { weight: 9, arbitrary: fc.constant('never' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...FAILURES) },
    ),
    failsAt: fc.integer({ min: 1, max: 40 }),
  }),
  speak: fc.record({
    do: fc.constant('speak'),
    question,
    upTo: fc.oneof({ weight: 3, arbitrary: chunks }, { weight: 1, arbitrary: all }),
  }),
  see: fc.record({ do: fc.constant('see'), tab, question }),
  refresh: fc.record({ do: fc.constant('refresh'), tab }),
  switch: fc.record({ do: fc.constant('switch'), tab, session }),
  close: fc.record({ do: fc.constant('close'), tab }),
  cut: fc.record({ do: fc.constant('cut'), device, style }),
  heal: fc.record({ do: fc.constant('heal'), device }),
  snip: fc.record({ do: fc.constant('snip'), device, style, after: fc.integer({ min: 0, max: 300 }) }),
  stop: fc.record({ do: fc.constant('stop'), tab, question }),
  restart: fc.record({
    do: fc.constant('restart'),
    signal: fc.constantFrom('SIGKILL' as const, 'SIGTERM' as const),
  }),
  probe: fc.record({ do: fc.constant('probe') }),
  glance: fc.record({ do: fc.constant('glance'), session }),
  attack: fc.record({ do: fc.constant('attack'), session }),
};

/** How often a program knows such a step at all, of a hundred; `ask`, `speak` and `see` every one does. */
const KNOWN: Partial<Record<StepName, number>> = {
  refresh: 60,
  switch: 60,
  close: 30,
  cut: 50,
  heal: 100,
  snip: 50,
  stop: 30,
  // The server's death concerns all who are there: such programs are played one by one.
  restart: 5,
  probe: 40,
  glance: 40,
  attack: 15,
};
/** Most make no sense where they stand, and fall away. */
const STEPS_DRAWN = { minLength: 6, maxLength: 60, size: 'max' } as const;

type Mix = Record<StepName, number>;

/** What a program is made of: of each kind of step how much, drawn anew for each, so that no kind hides another. */
const mix: fc.Arbitrary<Mix> = fc.record(
  Object.fromEntries(
    Object.keys(STEPS).map((name) => {
      const known = KNOWN[name as StepName];
      const weight = fc.integer({ min: 1, max: 6 });
      if (known === undefined) return [name, fc.integer({ min: 3, max: 8 })];
      return [
        name,
        fc.oneof({ weight: known, arbitrary: weight }, { weight: 100 - known, arbitrary: fc.constant(0) }),
      ];
    }),
  ) as { [N in StepName]: fc.Arbitrary<number> },
);

function stepOf(weights: Mix): fc.Arbitrary<Step> {
  return fc.oneof(
    ...Object.entries(STEPS).map(([name, arbitrary]) => ({
      weight: weights[name as StepName],
      arbitrary: arbitrary as fc.Arbitrary<Step>,
    })),
  );
}

const drawn: fc.Arbitrary<Program> = mix.chain((weights) =>
  fc
    .record({
      first: STEPS.ask,
      rest: fc.array(stepOf(weights), STEPS_DRAWN),
      resume: fc.oneof(
        { weight: 9, arbitrary: fc.constant('auto' as const) },
        { weight: 1, arbitrary: fc.constant('poll' as const) },
      ),
    })
    .map(({ first, rest, resume }) => ({ program: 1, resume, steps: [first, ...rest] })),
);

/** The n-th program of a seed, with steps that may make no sense where they stand. */
export function drawProgram(seed: number, n: number): Program {
  return fc.sample(drawn, { seed: seedOf(seed, 'program', n) | 0, numRuns: 1 })[0]!;
}

const any: fc.Arbitrary<Program> = fc.record({
  program: fc.constant(1),
  resume: fc.constantFrom('auto' as const, 'poll' as const),
  steps: fc.array(fc.oneof(...(Object.values(STEPS) as fc.Arbitrary<Step>[])), { minLength: 1 }),
});

/**
 * Programs that are simpler by one thing, as fast-check has it. It needs nothing but the program, wherever that came
 * from: it may have been read from a file.
 */
export function simpler(program: Program): Iterable<Program> {
  const values = any.shrink(program, undefined).map(({ value }) => value);
  return any.canShrinkWithoutContext(program) ? values : [];
}
