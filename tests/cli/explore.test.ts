/** Exploring as people do it: what is drawn, what is replayed, what is refused, by exit code. */
import { expect, onTestFinished, test } from 'vitest';
import type { Explored } from '../../harness/explore/results.ts';
import { EXAMPLE } from '../../harness/programs/example.ts';
import { encode, inWords } from '../../harness/programs/program.ts';
import { holdfast, resultsOf, runsFolder } from './holdfast.ts';

function folder(): string {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  return path;
}

test('programs that are drawn, on the clean server: nothing is found', async () => {
  const out = folder();
  const { exit, stdout, stderr } = await holdfast([
    ...['explore', '--runs', '12', '--seed', '9', '--out', out, '--json'],
  ]);
  const explored = JSON.parse(stdout) as Explored;
  expect({ exit, found: explored.found, doubts: explored.doubts, failure: explored.failure }).toEqual({
    exit: 0,
    found: null,
    doubts: [],
    failure: null,
  });
  expect(explored.programs).toEqual({ asked: 12, played: 12, firstFailed: null });
  expect(stderr).toContain(`explore --runs 12 --seed 9 --out ${out}`);
});

test('the example of the documents is replayed from its JSON, and does what it is about', async () => {
  const out = folder();
  const { exit, stdout } = await holdfast([
    'explore',
    '--replay',
    encode(EXAMPLE),
    '--seed',
    '1',
    '--out',
    out,
  ]);
  const [play] = resultsOf(out).scenarios;
  expect({ exit, verdict: play!.verdict, strikes: play!.strikes }).toEqual({
    exit: 0,
    verdict: 'pass',
    strikes: inWords(EXAMPLE),
  });
  expect(play!.checks.find(({ id }) => id === 'coverage')).toMatchObject({ verdict: 'pass' });
  expect(stdout).toContain(`explore --replay '${encode(EXAMPLE)}' --seed 1`);
});

test.each<[string, string[], string]>([
  ['no program', ['--replay', '{}'], 'HF_PROGRAM'],
  ['no file', ['--replay', '/nowhere.json'], 'HF_PROGRAM'],
  ['no such way of persisting', ['--persistence', 'stone'], 'HF_UNKNOWN_NAME'],
  ['no number', ['--runs', 'many'], 'HF_USAGE'],
])('is refused before anything is played: %s', async (_, words, code) => {
  const { exit, stderr } = await holdfast(['explore', ...words, '--out', folder()]);
  expect({ exit, code: stderr.split(':')[0] }).toEqual({ exit: 64, code });
});
