import { describe, expect, it } from 'vitest';
import type { Explored } from '../harness/explore/results.ts';
import { EXAMPLE } from '../harness/programs/example.ts';
import { inWords } from '../harness/programs/program.ts';
import { renderExplored } from './explored.ts';
import { renderHunt } from './hunted.ts';
import { createSample } from './testing/sample.ts';

const clean: Explored = {
  version: 1,
  run: '2026-03-14T0926Z-16',
  seed: 42,
  command: 'npx holdfast explore --seed 42',
  verdict: 'pass',
  startedAt: '2026-03-14T09:26:53.000Z',
  durationMs: 61_000,
  environment: createSample().results.environment,
  persistence: 'checkpoint',
  defects: [],
  programs: { asked: 20, played: 20, firstFailed: null },
  tally: {
    steps: { ask: 30, refresh: 4, stop: 0 },
    pairs: { seen: 20, possible: 196 },
    faults: {
      reset: { struck: 5, live: 3 },
      fin: { struck: 1, live: 0 },
      freeze: { struck: 2, live: 0, all: 2 },
    },
    checks: { 'no-loss': { plays: 20, samples: 90 } },
  },
  found: null,
  doubts: [],
  failure: null,
};

const failed: Explored = {
  ...clean,
  verdict: 'fail',
  programs: { asked: 20, played: 12, firstFailed: 9 },
  found: {
    name: 'program-1a2b3c',
    program: EXAMPLE,
    words: inWords(EXAMPLE),
    checkers: ['no-loss', 'convergence'],
    reason: 'no-loss: expected all 24 chunks; found 9 of 24 chunks',
    stepsBefore: 21,
    shrink: { plays: 88, exhausted: true },
    confirmed: { plays: 5, failed: 4 },
    command: "npx holdfast explore --replay '{}' --seed 42",
    file: 'found/program-1a2b3c.json',
    report: 'reports/runs/x/report.html',
  },
};

describe('an exploration on a terminal', () => {
  it('says what was looked at where nothing was found', () => {
    const text = renderExplored(clean, 100);
    expect(text).toContain('✓ PASS  Nothing found: all 20 programs kept every invariant that was judged.');
    expect(text).toContain('steps   ask 30, refresh 4\n');
    expect(text).toContain('pairs   20 of 196 kinds');
    expect(text).toContain('faults  reset 3 (of live streams)');
    expect(text).toContain('        freeze 2 (of all who are there, or to come)');
    expect(text).toContain('exit    0: ');
  });

  it('shows the shortest program, how surely it fails, and how to play it again', () => {
    const text = renderExplored(failed, 100);
    expect(text).toContain('✗ FAIL  Program 9 of 20 broke an invariant.');
    for (const [index, line] of inWords(EXAMPLE).entries())
      expect(text).toContain(`  ${index + 1}  ${line}\n`);
    expect(text).toContain('broken      no-loss, convergence');
    expect(text).toContain('from 21 steps to 8, by 88 plays; nothing simpler fails');
    expect(text).toContain('it failed in 4 of 5 further plays');
    expect(text).toContain("replay      npx holdfast explore --replay '{}' --seed 42");
    expect(text).toContain('kept        found/program-1a2b3c.json');
    expect(text).toContain('exit    1: ');
  });

  it.each<[string, Partial<Explored>, string]>([
    [
      'a doubt',
      { verdict: 'unknown', doubts: [{ name: 'program-x', program: EXAMPLE, reason: 'met: in vain' }] },
      '? UNKNOWN  Nothing can be said of 1 program.',
    ],
    [
      'too few programs',
      { verdict: 'unknown', programs: { asked: 20, played: 3, firstFailed: null } },
      'There are only 3 programs for such a target; 20 were asked for.',
    ],
    [
      'a harness that failed',
      { verdict: 'unknown', failure: { code: 'HF_LISTEN', message: 'no port' } },
      '✗ FAILURE  The harness failed: this exploration proves nothing.',
    ],
    [
      'an interruption',
      { verdict: 'unknown', failure: { code: 'INTERRUPTED', message: 'interrupted' } },
      'The exploration was interrupted and proves nothing.',
    ],
  ])('never calls it a pass: %s', (_, change, said) => {
    const text = renderExplored({ ...clean, ...change }, 100);
    expect(text).toContain(said);
    expect(text).not.toContain('PASS');
  });
});

describe('a hunt on a terminal', () => {
  it('says how many programs each defect took, and which was not found', () => {
    const quarry = [
      { defect: 'lost-end', about: '', explored: failed },
      { defect: 'double-submit', about: '', explored: clean },
    ];
    const text = renderHunt({ commit: 'abc', quarry, median: 9, worst: 9 }, 20);
    expect(text).toContain('1 of 2 defects found within 20 programs; programs until then: median 9, worst 9');
    expect(text).toContain('lost-end       ✓ program 9, 8 steps, fails 4 of 5');
    expect(text).toContain('double-submit  ✗ not found in 20 programs');
  });
});
