/** From clone to verdict: the commands a person types, and what they are promised to end with. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Recorded } from '../../harness/history/index.ts';
import schema from '../../harness/runs/results.schema.json' with { type: 'json' };
import { failedChecks, historyOf, holdfast, latest, resultsOf, runsFolder } from './holdfast.ts';

function folder(): string {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  return path;
}

/** What the plan of each play holds, without what only the recorder adds. */
const plansIn = (history: Recorded[]) =>
  history
    .filter((event) => event.type === 'plan')
    .map(({ source: _, seq: __, t: ___, err: ____, ...plan }) => plan)
    .sort((a, b) => a.play!.localeCompare(b.play!));

test('verify plays the four scenarios by API and in a browser, passes, and leaves a folder that says so', async () => {
  const out = folder();
  const { exit, stdout, stderr } = await holdfast(['verify', '--out', out, '--json', '--seed', '11']);
  expect({ exit, stderr: exit === 0 ? '' : stderr + stdout }).toEqual({ exit: 0, stderr: '' });

  const printed = JSON.parse(stdout);
  expect(printed).toEqual(resultsOf(out));
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  ajv.validate(schema, printed);
  expect(ajv.errors).toBeNull();
  const verdicts = resultsOf(out).scenarios.map(({ id, driver, verdict }) => `${id} ${driver} ${verdict}`);
  expect(verdicts).toEqual([
    'refresh api pass',
    'refresh browser pass',
    'network api pass',
    'network browser pass',
    'session-switch api pass',
    'session-switch browser pass',
    'concurrent-tabs api pass',
    'concurrent-tabs browser pass',
    'stack none pass',
  ]);
  expect(readFileSync(latest(out, 'report.html'), 'utf8')).toContain('<!doctype html>');
  expect(readFileSync(latest(out, 'junit.xml'), 'utf8')).toContain('<testsuites');
  // Every figure of recovery has samples in a run in which something recovered.
  const network = resultsOf(out).scenarios.find(({ id }) => id === 'network')!;
  expect(Object.keys(network.metrics)).toEqual(
    expect.arrayContaining(['recovery-first-new', 'recovery-finished']),
  );

  const again = await holdfast(['check', latest(out)]);
  expect(again).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('The same verdict as when it was played'),
  });
});

test('the same seed gives the same plan and verdict, another one another plan', async () => {
  const [first, second, other] = [folder(), folder(), folder()];
  const play = (out: string, seed: string) =>
    holdfast([
      'verify',
      '--driver',
      'api',
      '--scenario',
      'concurrent-tabs,stop',
      '--out',
      out,
      '--seed',
      seed,
    ]);
  const ends = [await play(first, '4711'), await play(second, '4711'), await play(other, '4712')];
  expect(ends.map(({ exit }) => exit)).toEqual([0, 0, 0]);
  expect(plansIn(historyOf(second))).toEqual(plansIn(historyOf(first)));
  expect(plansIn(historyOf(other))).not.toEqual(plansIn(historyOf(first)));
});

/** Written down beforehand: what saving at the end breaks, scenario by scenario. docs/contract.md says why. */
const AT_END_BREAKS = {
  refresh: [
    'bounded-exposure',
    'early-visibility',
    'eventual-end',
    'no-loss',
    'timely-delivery',
    'truthful-status',
  ],
  network: [
    'bounded-exposure',
    'convergence',
    'early-visibility',
    'eventual-end',
    'no-loss',
    'truthful-status',
  ],
  'session-switch': [
    'bounded-exposure',
    'early-visibility',
    'eventual-end',
    'no-loss',
    'timely-delivery',
    'truthful-status',
  ],
  'concurrent-tabs': ['bounded-exposure', 'early-visibility', 'truthful-status'],
  stack: [],
};

/** By API where they are rarest: at the first chunk at which something may strike. */
test.for([
  { driver: 'api', at: ['--boundary', 'low'] },
  { driver: 'browser', at: [] },
])(
  'saving at the end fails exactly the checkers that it must, and the place is told ($driver)',
  async ({ driver, at }) => {
    const out = folder();
    const args = ['--driver', driver, '--persistence', 'at-end', '--out', out, ...at];
    const { exit, stdout } = await holdfast(['verify', ...args]);
    const results = resultsOf(out);
    expect({ exit, failed: failedChecks(results) }, stdout).toEqual({ exit: 1, failed: AT_END_BREAKS });
    const losses = results.scenarios.flatMap(({ checks }) =>
      checks.filter(({ id, verdict }) => id === 'no-loss' && verdict === 'fail'),
    );
    expect(losses.map(({ place }) => place)).toEqual(['database', 'database', 'database']);
    expect(await holdfast(['check', latest(out)])).toMatchObject({
      exit: 1,
      stdout: expect.stringContaining('The same verdict'),
    });
  },
);

test('the canary fails, or no verdict would be worth anything', async () => {
  const out = folder();
  const { exit } = await holdfast(['verify', '--scenario', 'canary', '--out', out]);
  expect(exit).toBe(1);
  expect(failedChecks(resultsOf(out)).canary).toEqual(expect.arrayContaining(['no-loss', 'prefix-order']));
});

describe('wrong usage ends with 64 and a sentence', () => {
  test.for([
    { args: ['verify', '--scenario', 'nonsense'], says: /no scenario "nonsense".*Known: refresh/s },
    { args: ['verify', '--driver', 'telepathy'], says: /no driver "telepathy".*Known: api, browser/s },
    {
      args: ['verify', '--persistence', 'never'],
      says: /no way of persisting "never".*checkpoint, append, continue, at-end/s,
    },
    { args: ['verify', '--seed', 'abc'], says: /whole number from 0 to 4294967295/ },
    { args: ['verify', '--repeat', '0'], says: /whole number from 1/ },
    { args: ['verify', '--nonsense'], says: /unknown option '--nonsense'/ },
    { args: ['verify', '--out', '/dev/null/x'], says: /Cannot write runs to/ },
    { args: ['verify', '--out', '/proc/x/y'], says: /Cannot write runs to/ },
    { args: ['verify', '--config', 'missing.config.ts'], says: /missing\.config\.ts: there is no such file/ },
    {
      args: ['verify', '--postgres', 'oracle'],
      says: /Allowed choices are auto, external, embedded, testcontainers/,
    },
    { args: ['verify', '--postgres', 'external'], says: /DATABASE_URL/ },
    {
      args: ['verify', '--browser', 'playwright'],
      says: /browser playwright was asked for and is not there/,
    },
    { args: ['check', 'no/such/run'], says: /No run at no\/such\/run/ },
    { args: ['list', 'secrets'], says: /Allowed choices are scenarios, checkers, faults, targets, defects/ },
    { args: ['verify', '--defect', 'nonsense'], says: /no defect "nonsense".*Known: .*lost-end/ },
    { args: ['self-test', '--defect', 'nonsense'], says: /no defect "nonsense".*Known: .*lost-end/ },
    { args: ['conjure'], says: /unknown command 'conjure'/ },
    { args: ['stuck', '--older-than', 'long', '--database-url', 'postgres://x'], says: /250ms, 90s, 5m/ },
  ])('holdfast $args', async ({ args, says }) => {
    const { exit, stderr, stdout } = await holdfast(args);
    expect({ exit, stdout }).toEqual({ exit: 64, stdout: '' });
    expect(stderr).toMatch(says);
  });
});

test.for(['scenarios', 'checkers', 'faults', 'targets', 'defects'])('list %s', async (what) => {
  const plain = await holdfast(['list', what]);
  const entries = JSON.parse((await holdfast(['list', what, '--json'])).stdout) as {
    id: string;
    about: string;
  }[];
  expect(plain.exit).toBe(0);
  expect(entries.length).toBeGreaterThan(0);
  for (const { id, about } of entries) {
    expect(plain.stdout).toContain(id);
    expect(about).not.toBe('');
  }
});

test('doctor says what there is', async () => {
  const { exit, stdout } = await holdfast(['doctor', '--json']);
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining([expect.objectContaining({ ok: true, needed: true })]),
  );
});
