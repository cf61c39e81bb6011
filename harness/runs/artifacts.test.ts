import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSample } from '../../reports/testing/sample.ts';
import { artifactsFolder, withArtifacts } from './artifacts.ts';

const [scenario] = createSample().results.scenarios;

test('what failed or is unknown keeps its pictures, what passed does not', () => {
  const run = mkdtempSync(join(tmpdir(), 'holdfast-artifacts-'));
  onTestFinished(() => rmSync(run, { recursive: true }));
  const plays = (['pass', 'fail', 'unknown'] as const).map((verdict) => ({
    ...scenario!,
    verdict,
    play: `checkpoint/${verdict}/browser/1`,
  }));
  for (const { play } of plays) {
    mkdirSync(artifactsFolder(run, play), { recursive: true });
    writeFileSync(join(artifactsFolder(run, play), 'laptop-tab-1.png'), '');
  }
  const kept = withArtifacts(run, plays, true);
  expect(kept.map(({ artifacts }) => artifacts)).toEqual([
    [],
    ['pages/checkpoint-fail-browser-1/laptop-tab-1.png'],
    ['pages/checkpoint-unknown-browser-1/laptop-tab-1.png'],
  ]);
  // Looked for again, as `holdfast check` does, they are the same.
  expect(withArtifacts(run, plays, false)).toEqual(kept);
  expect(withArtifacts(run, [plays[0]!], true)[0]!.artifacts).toEqual([]);
});

test('a run in which all passed keeps no folder for pictures', () => {
  const run = mkdtempSync(join(tmpdir(), 'holdfast-artifacts-'));
  onTestFinished(() => rmSync(run, { recursive: true }));
  const passed = { ...scenario!, verdict: 'pass' as const };
  mkdirSync(artifactsFolder(run, passed.play), { recursive: true });
  withArtifacts(run, [passed], true);
  expect(existsSync(join(run, 'pages'))).toBe(false);
});
