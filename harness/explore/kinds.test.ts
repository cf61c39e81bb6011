/** Programs of what befalls a server: a kind of step brings out a defect, and nothing on the clean server. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { readHistory } from '../history/reader.ts';
import { essence, nameOf, type Program, readProgram } from '../programs/program.ts';
import type { Step, StepOf } from '../programs/steps/index.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { reference } from '../targets/reference.ts';
import { playTogether } from './trial.ts';

const HOUR = 3_600_000;

const ask = (more: Partial<StepOf<'ask'>> = {}): Step => ({
  do: 'ask',
  tab: 'laptop/1',
  session: 'kelp',
  question: 'a',
  chunks: 30,
  gap: 0,
  says: 13,
  fails: 'never',
  failsAt: 1,
  ...more,
});
const sees: Step = { do: 'see', tab: 'laptop/1', question: 'a' };
const rest: Step = { do: 'speak', question: 'a', upTo: 'all' };
const program = (...steps: Step[]): Program => ({ program: 1, resume: 'auto', steps });
const pair = (...steps: Step[]): Program => ({ ...program(...steps), instances: 2 });

/** The LLM is held where a checkpoint was: nothing is left to save, and nothing grows. */
const QUIET = 15;
/** What is still on the way to the database would be a sign of life when it comes there. */
const landed: Step = { do: 'saved', question: 'a', chunks: QUIET };
/** Longer than until the next sweep, by half. */
const SWEPT: Step = { do: 'wait', ms: 1_500 };

/** What brings out a defect, by which checker. */
const FINDS: [defect: string, checker: string, by: Program][] = [
  ['swept-alive', 'no-loss', program(ask({ says: QUIET }), sees, { do: 'wait', ms: 4_000 }, rest)],
  [
    'swept-by-own-clock',
    'no-loss',
    pair(ask(), sees, { do: 'clock', instance: 1, ahead: HOUR }, SWEPT, rest, sees),
  ],
  [
    'swept-by-database-clock',
    'no-loss',
    pair(ask({ says: QUIET }), sees, landed, { do: 'database-clock', ahead: HOUR }, SWEPT, rest, sees),
  ],
  [
    'stuck-after-crash',
    'eventual-end',
    pair(ask(), sees, { do: 'kill', instance: 0, signal: 'SIGKILL' }, { do: 'wait', ms: 300 }),
  ],
  [
    'swept-alive',
    'no-loss',
    // It sweeps what has not grown for two seconds: that is over when it goes on, and then there is time for two sweeps.
    program(
      ask({ says: QUIET }),
      sees,
      landed,
      { do: 'freeze', instance: 0 },
      { do: 'wait', ms: 2_000 },
      { do: 'thaw', instance: 0 },
      { do: 'wait', ms: 2_700 },
      rest,
    ),
  ],
  [
    'tail-not-flushed',
    'no-loss',
    pair(
      ask({ chunks: 33 }),
      sees,
      { do: 'route', device: 'laptop', instance: 1 },
      { do: 'cut', device: 'laptop', style: 'reset' },
      { do: 'heal', device: 'laptop' },
      { do: 'speak', question: 'a', upTo: 20 },
      sees,
      rest,
      sees,
    ),
  ],
  [
    'swept-at-start',
    'no-loss',
    pair(ask(), sees, { do: 'restart', signal: 'SIGKILL', instance: 1 }, SWEPT, rest, sees),
  ],
  [
    'key-ignored',
    'one-generation',
    program(
      { do: 'line', device: 'laptop', shapers: ['latency', 'slice'] },
      ask({ question: 'b' }),
      { do: 'befall', device: 'laptop', what: 'emptied' },
      ask(),
      { do: 'wait', ms: 300 },
    ),
  ],
  [
    'done-before-saved',
    'truthful-status',
    program(ask(), sees, { do: 'database', trouble: 'slow' }, rest, sees, { do: 'probe' }, { do: 'mend' }),
  ],
];

/** A strike, a bad line, what befalls answers, the database and the process, all in force at one time. */
const COMPOSED = pair(
  ask(),
  sees,
  { do: 'line', device: 'laptop', shapers: ['jitter', 'slice'] },
  { do: 'snip', device: 'laptop', style: 'reset', after: 0 },
  { do: 'befall', device: 'laptop', what: 'slow-headers' },
  { do: 'clock', instance: 0, ahead: -HOUR },
  { do: 'freeze', instance: 1 },
  { do: 'kill', instance: 1, signal: 'SIGKILL' },
  { do: 'database', trouble: 'refuse' },
  { do: 'cut', device: 'laptop', style: 'fin' },
  { do: 'wait', ms: 300 },
);

/** What exploring found once and is mended: it stays so. */
const KEPT = new URL('../../scenarios/found/', import.meta.url);
const FOUND = readdirSync(KEPT).map((file) => readProgram(fileURLToPath(new URL(file, KEPT))));
const CLEAN = [...FINDS.map(([, , by]) => by), ...FOUND, COMPOSED];

async function playing(programs: Program[], defects: string[] = []) {
  const out = mkdtempSync(join(tmpdir(), 'holdfast-kinds-'));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));
  return playTogether(
    {
      target: reference,
      persistence: 'checkpoint',
      seed: 7,
      jobs: 4,
      bounds: DEFAULT_BOUNDS,
      postgres: 'auto',
      defects,
      out,
      command: 'test',
      signal: new AbortController().signal,
    },
    programs,
  );
}

test.each(CLEAN)('all of it makes sense: %#', (by) => {
  expect(essence(by)).toEqual(by);
});

test.each(FINDS)('%s is caught by %s (%#)', async (defect, checker, by) => {
  const { trials, trouble } = await playing([by], [defect]);
  expect(trials.map(({ verdict }) => verdict)).toEqual(['fail']);
  expect(trials[0]!.failed).toContain(checker);
  expect(trouble?.reason ?? '').not.toMatch(/^HF_/);
});

test('nothing of it is held against the clean server; and faults that are composed all strike, and heal', async () => {
  const { trials, trouble, run } = await playing(CLEAN);
  expect(trials.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(trouble).toBe(null);
  const states = new Map<string, string[]>();
  for await (const event of readHistory(join(run.folder.path, 'history.jsonl'))) {
    if (event.type !== 'fault' || !event.play?.includes(nameOf(COMPOSED))) continue;
    states.set(event.kind, [...(states.get(event.kind) ?? []), event.state]);
  }
  expect(Object.fromEntries(states)).toEqual({
    'jitter+slice': ['struck', 'healed'],
    reset: ['armed', 'struck', 'healed'],
    'slow-headers': ['struck', 'healed'],
    clock: ['struck', 'healed'],
    freeze: ['struck', 'healed'],
    kill: ['struck', 'healed'],
    'database-refuse': ['struck', 'healed'],
    'database-cut': ['struck', 'healed'],
    fin: ['struck', 'healed'],
  });
});
