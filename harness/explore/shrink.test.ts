/** Against plays that are only a predicate: what is left is the shortest, and never one that failed by chance. */
import { expect, test } from 'vitest';
import { ABLE, essence, nameOf, type Program } from '../programs/program.ts';
import type { Step } from '../programs/steps/index.ts';
import { drawProgram } from './arbitraries.ts';
import { type ShrinkOptions, shrink } from './shrink.ts';
import type { Trial } from './trial.ts';

function judged(program: Program, failed: string[]): Trial {
  return { program, verdict: failed.length > 0 ? 'fail' : 'pass', failed, reason: null, apart: false };
}

/** @param fails the n-th play of a program breaks these */
function playing(fails: (program: Program, n: number) => string[], budget = 2_000): ShrinkOptions {
  const count = new Map<string, number>();
  return {
    abilities: ABLE,
    width: 8,
    budget,
    play: async (programs, times) =>
      programs.flatMap((program) =>
        Array.from({ length: times }, () => {
          const n = count.get(nameOf(program)) ?? 0;
          count.set(nameOf(program), n + 1);
          return judged(program, fails(program, n));
        }),
      ),
  };
}

const kinds = ({ steps }: Program) => steps.map((step) => step.do);
const has = (program: Program, name: Step['do']) => program.steps.some((step) => step.do === name);

/** The first program of a seed of which this holds. */
function first(holds: (program: Program) => boolean): Program {
  for (let n = 1; n < 10_000; n++) {
    const program = essence(drawProgram(1, n));
    if (program && program.steps.length > 8 && holds(program)) return program;
  }
  throw new Error('no such program in ten thousand');
}

test.for([
  { needs: ['refresh'], left: ['ask', 'refresh'] },
  { needs: ['stop'], left: ['ask', 'stop'] },
  { needs: ['cut', 'heal'], left: ['ask', 'cut', 'heal'] },
  { needs: ['restart', 'probe'], left: ['ask', 'restart', 'probe'] },
  { needs: ['freeze', 'thaw'], left: ['ask', 'freeze', 'thaw'] },
  { needs: ['database', 'line'], left: ['ask', 'database', 'line'] },
] as const)('a failure that needs $needs is shortened to $left', async ({ needs, left }) => {
  const breaks = (program: Program) => (needs.every((name) => has(program, name)) ? ['no-loss'] : []);
  const program = first((drawn) => breaks(drawn).length > 0);
  const { trial, exhausted } = await shrink(judged(program, ['no-loss']), playing(breaks));
  expect(exhausted).toBe(true);
  expect(kinds(trial.program).sort()).toEqual([...left].sort());
});

test.for([
  { needed: true, left: 2 },
  { needed: false, left: undefined },
])('a second instance is left only where it is needed: $needed', async ({ needed, left }) => {
  const breaks = (program: Program) =>
    has(program, 'kill') && (!needed || program.instances) ? ['no-loss'] : [];
  const program = first((drawn) => drawn.instances === 2 && breaks(drawn).length > 0);
  const { trial, exhausted } = await shrink(judged(program, ['no-loss']), playing(breaks));
  expect(exhausted).toBe(true);
  expect(trial.program.instances).toBe(left);
  expect(kinds(trial.program)).toEqual(['ask', 'kill']);
});

test('numbers become as small as the failure allows', async () => {
  const breaks = ({ steps }: Program) =>
    steps.some((step) => step.do === 'ask' && step.chunks >= 17 && step.says === 'all') ? ['no-loss'] : [];
  const program = first((drawn) => breaks(drawn).length > 0);
  const { trial } = await shrink(judged(program, ['no-loss']), playing(breaks));
  expect(trial.program.steps).toEqual([expect.objectContaining({ do: 'ask', chunks: 17, gap: 0 })]);
});

test('another failure is not followed', async () => {
  const breaks = (program: Program) => (has(program, 'stop') ? ['no-loss'] : ['access']);
  const program = first((drawn) => has(drawn, 'stop'));
  const { trial } = await shrink(judged(program, ['no-loss']), playing(breaks));
  expect(kinds(trial.program)).toEqual(['ask', 'stop']);
});

test('what fails once by chance is not taken for what surely fails', async () => {
  const program = first((drawn) => has(drawn, 'refresh'));
  // Anything fails the first time it is played; only with a reload it does so every time.
  const breaks = (played: Program, n: number) => (has(played, 'refresh') || n === 0 ? ['no-loss'] : []);
  const { trial } = await shrink(judged(program, ['no-loss']), playing(breaks));
  expect(kinds(trial.program)).toEqual(['ask', 'refresh']);
});

test('what does not fail again is not shortened, and said not to be', async () => {
  const program = first(() => true);
  const { trial, plays, exhausted } = await shrink(
    judged(program, ['no-loss']),
    playing(() => []),
  );
  expect({ program: trial.program, plays, exhausted }).toEqual({ program, plays: 3, exhausted: false });
});

test('it ends when its plays are used up', async () => {
  const program = first((drawn) => drawn.steps.length > 12);
  const always = playing(() => ['no-loss'], 20);
  const { plays, exhausted } = await shrink(judged(program, ['no-loss']), always);
  expect({ within: plays <= 20 + 3, exhausted }).toEqual({ within: true, exhausted: false });
});
