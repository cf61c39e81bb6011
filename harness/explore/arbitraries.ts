/** How programs are drawn by chance, and what is simpler than a given one: by fast-check. */
import * as fc from 'fast-check';
import { DEVICES, INSTANCES, QUESTIONS, SESSIONS, TABS } from '../programs/names.ts';
import type { Program } from '../programs/program.ts';
import { FAILURES } from '../programs/steps/ask.ts';
import { BEFALLS } from '../programs/steps/befall.ts';
import { JUMPS_MS } from '../programs/steps/clock.ts';
import { STYLES } from '../programs/steps/cut.ts';
import { DATABASE_TROUBLES } from '../programs/steps/database.ts';
import type { Step, StepName, StepOf } from '../programs/steps/index.ts';
import { SIGNALS } from '../programs/steps/kill.ts';
import { SHAPERS } from '../programs/steps/line.ts';
import { WAITS_MS } from '../programs/steps/wait.ts';
import { seedOf } from '../runs/draw.ts';

const device = fc.constantFrom(...DEVICES);
const tab = fc.constantFrom(...TABS);
const session = fc.constantFrom(...SESSIONS);
const question = fc.constantFrom(...QUESTIONS);
const style = fc.constantFrom(...STYLES);
const instance = fc.constantFrom(...INSTANCES);
const signal = fc.constantFrom(...SIGNALS);
/** Long enough for a cut in the middle, short enough for hundreds of programs. */
const chunks = fc.integer({ min: 1, max: 48 });
const all = fc.constant('all' as const);

const restart = {
  do: fc.constant('restart' as const),
  signal,
  instance: fc.oneof(
    { weight: 3, arbitrary: instance },
    { weight: 1, arbitrary: fc.constant('each' as const) },
  ),
};

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
  befall: fc.record({ do: fc.constant('befall'), device, what: fc.constantFrom(...BEFALLS) }),
  line: fc.record({
    do: fc.constant('line'),
    device,
    shapers: fc.subarray([...SHAPERS], { minLength: 1 }),
  }),
  wait: fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(...WAITS_MS) }),
  route: fc.record({ do: fc.constant('route'), device, instance }),
  restart: fc.record(restart, { requiredKeys: ['do', 'signal'] }),
  kill: fc.record({ do: fc.constant('kill'), instance, signal }),
  start: fc.record({ do: fc.constant('start'), instance }),
  freeze: fc.record({ do: fc.constant('freeze'), instance }),
  thaw: fc.record({ do: fc.constant('thaw'), instance }),
  clock: fc.record({ do: fc.constant('clock'), instance, ahead: fc.constantFrom(...JUMPS_MS) }),
  'database-clock': fc.record({ do: fc.constant('database-clock'), ahead: fc.constantFrom(...JUMPS_MS) }),
  database: fc.record({ do: fc.constant('database'), trouble: fc.constantFrom(...DATABASE_TROUBLES) }),
  mend: fc.record({ do: fc.constant('mend') }),
  probe: fc.record({ do: fc.constant('probe') }),
  glance: fc.record({ do: fc.constant('glance'), session }),
  attack: fc.record({ do: fc.constant('attack'), session }),
  saved: fc.record({ do: fc.constant('saved'), question, chunks }),
};

/** Where a program plays: on a server that it shares with others, on one of its own, or on two instances of its own. */
type House = 'shared' | 'own' | 'pair';
/** What befalls a server concerns all who are there: such programs are played one by one, which takes its time. */
const house: fc.Arbitrary<House> = fc.oneof(
  { weight: 78, arbitrary: fc.constant('shared') },
  { weight: 8, arbitrary: fc.constant('own') },
  { weight: 14, arbitrary: fc.constant('pair') },
);

/** How often a program knows such a step at all, of a hundred; `ask`, `speak` and `see` every one does. */
const KNOWN: Partial<Record<StepName, number>> = {
  refresh: 60,
  switch: 60,
  close: 30,
  cut: 50,
  heal: 100,
  snip: 50,
  befall: 25,
  line: 20,
  stop: 30,
  wait: 10,
  probe: 40,
  glance: 40,
  attack: 15,
};
/**
 * The same of what befalls a server, where the program has it to itself. One of these such a program is about, and knows it
 * well: what comes but once among everything else seldom comes at the right moment.
 */
const KNOWN_OF_THE_STACK = {
  restart: 25,
  kill: 25,
  freeze: 25,
  clock: 25,
  database: 25,
  'database-clock': 15,
} as const satisfies Partial<Record<StepName, number>>;
type OfTheStack = keyof typeof KNOWN_OF_THE_STACK;
/** There is a clock to be wrong beside another only where there are two. */
const THEMES: Record<House, readonly OfTheStack[]> = {
  shared: [],
  own: ['restart', 'kill', 'freeze', 'database', 'database-clock'],
  pair: ['restart', 'kill', 'freeze', 'database', 'clock', 'clock', 'database-clock', 'database-clock'],
};
/** What only shows with time. */
const TAKES_TIME: ReadonlySet<StepName> = new Set(['freeze', 'clock', 'database-clock']);
/** And less of what befalls the way to it, which would keep everybody from doing anything. */
const KNOWN_ALONE: Partial<Record<StepName, number>> = {
  ...KNOWN,
  ...KNOWN_OF_THE_STACK,
  cut: 25,
  snip: 25,
  befall: 15,
  line: 10,
  close: 15,
  wait: 50,
};
/** Whether it ever comes true depends on when the target saves: only what was written down is made simpler. */
const NOT_DRAWN: StepName = 'saved';
/** What ends those; where it makes no sense it falls away. */
const HEALING: ReadonlySet<StepName> = new Set(['start', 'thaw', 'mend']);
/** Most make no sense where they stand, and fall away. */
const STEPS_DRAWN = { minLength: 6, maxLength: 60, size: 'max' } as const;
/** And more where a server may be gone for a while, so that nobody can do anything there. */
const STEPS_DRAWN_ALONE = { minLength: 20, maxLength: 120, size: 'max' } as const;

type Mix = Record<StepName, number>;

const ALWAYS = fc.integer({ min: 3, max: 8 });
const OFTEN = fc.integer({ min: 2, max: 8 });
const SOMETIMES = fc.integer({ min: 1, max: 6 });
const never = fc.constant(0);

/** What a program is made of: of each kind of step how much, drawn anew for each, so that no kind hides another. */
function mixOf(at: House, theme: OfTheStack | undefined): fc.Arbitrary<Mix> {
  const weightOf = (name: StepName) => {
    if (name === NOT_DRAWN) return never;
    const isOfTheStack = name in KNOWN_OF_THE_STACK || HEALING.has(name);
    if (name === 'route') return at === 'pair' ? ALWAYS : never;
    if (at === 'shared' && isOfTheStack) return never;
    if (name === theme || (name === 'wait' && theme && TAKES_TIME.has(theme))) return ALWAYS;
    const known = (at === 'shared' ? KNOWN : KNOWN_ALONE)[name];
    if (known === undefined) return isOfTheStack ? OFTEN : ALWAYS;
    return fc.oneof(
      { weight: known, arbitrary: isOfTheStack ? OFTEN : SOMETIMES },
      { weight: 100 - known, arbitrary: never },
    );
  };
  return fc.record(
    Object.fromEntries(Object.keys(STEPS).map((name) => [name, weightOf(name as StepName)])) as {
      [N in StepName]: fc.Arbitrary<number>;
    },
  );
}

/** Where there are two, it is said which of them. */
const STEPS_OF_TWO: typeof STEPS = { ...STEPS, restart: fc.record(restart) };

function stepOf(at: House, weights: Mix): fc.Arbitrary<Step> {
  return fc.oneof(
    ...Object.entries(at === 'pair' ? STEPS_OF_TWO : STEPS).map(([name, arbitrary]) => ({
      weight: weights[name as StepName],
      arbitrary: arbitrary as fc.Arbitrary<Step>,
    })),
  );
}

const drawn: fc.Arbitrary<Program> = house
  .chain((at) =>
    fc.record({
      at: fc.constant(at),
      theme: fc.constantFrom(...(THEMES[at].length > 0 ? THEMES[at] : [undefined])),
    }),
  )
  .chain(({ at, theme }) => fc.record({ at: fc.constant(at), weights: mixOf(at, theme) }))
  .chain(({ at, weights }) =>
    fc
      .record({
        first: STEPS.ask,
        rest: fc.array(stepOf(at, weights), at === 'shared' ? STEPS_DRAWN : STEPS_DRAWN_ALONE),
        resume: fc.oneof(
          { weight: 9, arbitrary: fc.constant('auto' as const) },
          { weight: 1, arbitrary: fc.constant('poll' as const) },
        ),
      })
      .map(({ first, rest, resume }) => ({
        program: 1,
        resume,
        ...(at === 'pair' && { instances: 2 }),
        steps: [first, ...rest],
      })),
  );

/** The n-th program of a seed, with steps that may make no sense where they stand. */
export function drawProgram(seed: number, n: number): Program {
  return fc.sample(drawn, { seed: seedOf(seed, 'program', n) | 0, numRuns: 1 })[0]!;
}

const any: fc.Arbitrary<Omit<Program, 'instances'>> = fc.record({
  program: fc.constant(1),
  resume: fc.constantFrom('auto' as const, 'poll' as const),
  steps: fc.array(fc.oneof(...(Object.values(STEPS) as fc.Arbitrary<Step>[])), { minLength: 1 }),
});

/**
 * Programs that are simpler by one thing: by an instance less, or as fast-check has it. It needs nothing but the program,
 * wherever that came from: it may have been read from a file.
 */
export function* simpler({ instances, ...program }: Program): Generator<Program> {
  if (instances) yield program;
  if (!any.canShrinkWithoutContext(program)) return;
  for (const { value } of any.shrink(program, undefined)) yield { ...value, ...(instances && { instances }) };
}
