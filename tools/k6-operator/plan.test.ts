/**
 * What the operator's own code says to deploy/k6. Where it is not built (node tools/k6-operator.ts builds it), the
 * reason is printed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { askOperator, type Made } from './cluster.ts';
import { findOperatorCode } from './find.ts';
import { podOf } from './pods.ts';

const operator = findOperatorCode();
if (!operator.ok) console.log(`skipped, what the k6 operator makes of deploy/k6: ${operator.why}`);
const withOperator = test.skipIf(!operator.ok);

const [testrun, samples] = ['testrun.yaml', 'samples.yaml'].map((name) =>
  fileURLToPath(new URL(`../../deploy/k6/${name}`, import.meta.url)),
) as [string, string];

function plan(run = testrun, claim = samples): Promise<Made> {
  if (!operator.ok) throw new Error(operator.why);
  return askOperator(operator.path, ['plan', run, claim, operator.crd, '127.1.2']) as Promise<Made>;
}

withOperator(
  'four runners share the test, each with a file of its own; the initializer has what they have',
  async () => {
    const made = await plan();
    const words = made.runners.map((job, n) => podOf(job, `pod${n}`).command.at(-1)!);
    expect(words.map((text) => /--execution-segment=(\S+)/.exec(text)?.[1])).toEqual([
      '0:1/4',
      '1/4:2/4',
      '2/4:3/4',
      '3/4:1',
    ]);
    expect(new Set(words.map((text) => /--out json=(\S+)/.exec(text)?.[1])).size).toBe(4);
    expect(words.every((text) => text.includes('--paused'))).toBe(true);
    // k6 archive, unlike k6 run, shows scripts nothing of its environment unless it is told to.
    expect(podOf(made.initializer, 'once').command.at(-1)).toMatch(
      /k6 archive .* --include-system-env-vars /,
    );
    expect([made.initializer, ...made.runners].map((job) => podOf(job, 'x').group)).toEqual(
      Array(5).fill(12345),
    );
    expect(podOf(made.starter, 'once').command.at(-1)).toContain('http://127.1.2.4:6565/v1/status');
  },
);

withOperator.for([
  ['a misspelled field', 'parallelism:', 'paralelism:', /unknown field "spec.paralelism"/],
  ['a field in other letters', 'separate:', 'Separate:', /unknown field "spec.Separate"/],
  ['a word for a number', 'parallelism: 4', 'parallelism: four', /parallelism/],
  ['a field that stands twice', 'separate: true', 'separate: true\n  separate: true', /separate/],
  ['another claim', 'claimName: holdfast-samples', 'claimName: other', /the claim other/],
  [
    'a mount of no volume',
    'mountPath: /samples',
    'mountPath: /samples\n      - name: x\n        mountPath: /x',
    /no volume x/,
  ],
] as const)('%s is refused', async ([, right, wrong, why]) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-testrun-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const text = readFileSync(testrun, 'utf8');
  expect(text).toContain(right);
  const spoilt = join(folder, 'testrun.yaml');
  writeFileSync(spoilt, text.replace(right, wrong));
  await expect(plan(spoilt)).rejects.toThrow(why);
});

withOperator.for([
  ['maxVUs: 3', { maxVUs: 3 }, /fewer than the 4 runners/],
  ['a warning before the JSON', 'level=warning', /cannot read what the initializer printed/],
] as const)('of the initializer, %s is refused', async ([, said, why]) => {
  if (!operator.ok) return;
  const text = typeof said === 'string' ? `${said}\n{"maxVUs":8}` : JSON.stringify(said);
  await expect(askOperator(operator.path, ['inspect', '4'], text)).rejects.toThrow(why);
});
