/** A short sweep: every point of a short answer passes, one of them is repeated alone, and loss is seen where there is some. */
import { expect, onTestFinished, test } from 'vitest';
import { historyOf, holdfast, latest, resultsOf, runsFolder } from './holdfast.ts';

function folder(): string {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  return path;
}

test('every cut of a short answer passes, and one alone as well', async () => {
  const out = folder();
  const about = ['--chunks', '7', '--cuts', '1,2', '--crashes', 'none', '--seed', '5', '--out', out];
  const { exit, stdout } = await holdfast(['sweep', ...about, '--jobs', '12']);
  expect(exit, stdout).toBe(0);
  expect(stdout).toContain(`${8 * 5 * 3 * 2} of ${8 * 5 * 3 * 2} cut points`);
  expect(stdout).toMatch(/^reset +8 +8 +8 +8 +8 +8$/m);
  expect(await holdfast(['check', latest(out)])).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('The same verdict'),
  });

  const one = await holdfast(['sweep', ...about, '--point', 'cut-3-of-7-fin-refresh-2']);
  expect(one.exit, one.stdout).toBe(0);
  expect(resultsOf(out).scenarios.map(({ id }) => id)).toEqual(['cut-3-of-7-fin-refresh-2', 'stack']);
});

test('every death of the server in a short answer passes', async () => {
  const out = folder();
  const { exit, stdout } = await holdfast([
    'sweep',
    '--chunks',
    '6',
    '--cuts',
    '1',
    '--styles',
    'fin',
    '--out',
    out,
  ]);
  expect(exit, stdout).toBe(0);
  // Asking, after each of 0 … 6 chunks, saving and saved at the one checkpoint, unended; three ways, and nobody there.
  expect(stdout).toContain(`${(1 + 7 + 1 + 1 + 1) * 4} of ${(1 + 7 + 1 + 1 + 1) * 4} crash points`);
  const killed = historyOf(out).filter((event) => event.type === 'fault' && event.kind === 'kill');
  expect(killed.filter((event) => 'state' in event && event.state === 'struck')).toHaveLength(5);
  // A death that cost nothing anywhere would prove nothing.
  const ends = historyOf(out).filter((event) => event.type === 'row' && event.final === true);
  expect(ends.every((event) => 'state' in event && event.state === 'completed')).toBe(false);
});

test('what is lost by saving at the end is found, and told with the command that repeats it', async () => {
  const out = folder();
  const about = ['--chunks', '4', '--cuts', '1', '--styles', 'reset', '--ways', 'poll', '--crashes', 'none'];
  const args = ['sweep', ...about, '--persistence', 'at-end', '--seed', '5', '--out', out];
  const { exit, stdout } = await holdfast(args);
  expect(exit, stdout).toBe(1);
  expect(stdout).toContain('no-loss');
  // Of each place it depends on who is faster, the rest of so short an answer or the news that its reader has gone.
  expect(stdout).toMatch(/npm run holdfast -- sweep --point cut-[0-2]-of-4-reset-poll-1 .*--seed 5/);
});

test.for([
  { args: ['--point', 'cut-9-of-7-fin-poll-1'], says: /no point "cut-9-of-7-fin-poll-1"/ },
  { args: ['--styles', 'scissors'], says: /no cut style "scissors".*Known: reset, fin/ },
  { args: ['--cuts', '0'], says: /whole number from 1 to 5/ },
])('holdfast sweep $args ends with 64 and a sentence', async ({ args, says }) => {
  const { exit, stderr } = await holdfast(['sweep', '--chunks', '7', ...args]);
  expect(exit).toBe(64);
  expect(stderr).toMatch(says);
});
