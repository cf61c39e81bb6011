/** Plays programs by the judge of every run, many at a time on one stack. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../checkers/checker.ts';
import { nameOf, type Program } from '../programs/program.ts';
import { scenarioOf } from '../programs/scenario-of.ts';
import { STACK_SCENARIO } from '../runs/results.ts';
import { type Run, type RunOptions, run } from '../runs/run.ts';

/** What all plays of an exploration have in common. */
export type Setting = Pick<
  RunOptions,
  'target' | 'seed' | 'jobs' | 'bounds' | 'postgres' | 'ground' | 'defects' | 'out' | 'signal'
> & { persistence: string };

/** One play of a program, judged. */
export interface Trial {
  program: Program;
  verdict: Verdict;
  /** Checkers that failed. */
  failed: string[];
  reason: string | null;
  ms: number;
}

export interface Trials {
  trials: Trial[];
  run: Run;
  /** What was wrong with the stack, or with the harness, so that all of these plays are in doubt; null: nothing. */
  trouble: string | null;
}

/**
 * Plays each program `times` times, all on one stack. The run's folder is left where something did not pass.
 *
 * @param programs no two alike
 */
export async function playTogether(
  setting: Setting,
  programs: readonly Program[],
  { times = 1, look }: { times?: number; look?(run: Run): Promise<void> } = {},
): Promise<Trials> {
  const { persistence, ...shared } = setting;
  const played = await run({
    ...shared,
    scenarios: programs.map(scenarioOf),
    asked: true,
    drivers: ['api'],
    persistence: [persistence],
    repeat: times,
    resume: 'auto',
    allowSkip: false,
    command: `holdfast explore --seed ${setting.seed}`,
  });
  const { results, folder } = played;
  await look?.(played);
  if (results.verdict === 'pass') rmSync(folder.path, { recursive: true });
  const byName = new Map(programs.map((program) => [nameOf(program), program]));
  const trials = results.scenarios.flatMap(({ id, verdict, reason, checks, durationMs }) => {
    const program = byName.get(id);
    const failed = checks.filter((check) => check.verdict === 'fail').map((check) => check.id);
    return program ? [{ program, verdict, failed, reason, ms: durationMs }] : [];
  });
  return { trials, run: played, trouble: troubleOf(played) };
}

function troubleOf({ results: { failure, scenarios } }: Run): string | null {
  if (failure) return `${failure.code}: ${failure.message}`;
  const stack = scenarios.find(({ id }) => id === STACK_SCENARIO);
  return stack && stack.verdict !== 'pass' ? `the stack afterwards: ${stack.reason}` : null;
}

/** Where an exploration's runs are: below its own folder. */
export const playsIn = (folder: string) => join(folder, 'plays');
