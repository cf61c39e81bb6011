/** A project with a chat of its own, and a configuration where holdfast looks for one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Results } from '../../harness/runs/results.ts';
import { holdfast, runsFolder } from './holdfast.ts';

test('under load every process finds the configuration of the folder, and so the chat', async () => {
  const { path, remove } = runsFolder();
  onTestFinished(remove);
  const tiny = new URL('../targets/tiny.ts', import.meta.url);
  writeFileSync(
    join(path, 'holdfast.config.mjs'),
    `import { tinyTarget } from '${tiny}';\nexport default { target: tinyTarget() };\n`,
  );
  const words = ['--users', '2', '--duration', '1s', '--warmup', '0s', '--chunks', '5', '--gap', '10ms'];
  const { stdout } = await holdfast(['load', ...words, '--mix', 'stay=1', '--json'], { cwd: path });
  const { environment, load } = JSON.parse(stdout) as Results;
  expect(environment.target).toBe('tiny');
  const { visits, passed, refused } = load!.counts;
  expect(visits).toBeGreaterThan(0);
  expect({ passed, refused }).toEqual({ passed: visits, refused: 0 });
});
