/** Plays programs by the judge of every run, many at a time on one stack. */
import { rmSync } from 'node:fs';
import type { Verdict } from '../checkers/checker.ts';
import { nameOf, type Program } from '../programs/program.ts';
import { scenarioOf } from '../programs/scenario-of.ts';
import type { Abilities } from '../programs/scene.ts';
import { STACK_SCENARIO } from '../runs/results.ts';
import { type Run, type RunOptions, run } from '../runs/run.ts';

/** What all plays of an exploration have in common. */
export type Setting = Pick<
  RunOptions,
  'target' | 'seed' | 'jobs' | 'bounds' | 'postgres' | 'ground' | 'defects' | 'out' | 'command' | 'signal'
> & { persistence: string };

/** What programs may ask for there. */
export function abilitiesOf({ target, persistence, ground }: Setting): Abilities {
  return {
    ...target.capabilities(persistence),
    database: target.probe !== undefined,
    ownDatabase: ground?.postgres.kill !== undefined,
  };
}

/** One play of a program, judged. */
export interface Trial {
  program: Program;
  verdict: Verdict;
  /** Checkers that failed. */
  failed: string[];
  reason: string | null;
  /** The stack showed it afterwards: only on a stack of its own can be said which program it was. */
  apart: boolean;
}

export interface Trials {
  programs: readonly Program[];
  trials: Trial[];
  run: Run;
  /** The stack did not come back to its baseline, or the harness failed: it may be the doing of any of them. */
  trouble: Omit<Trial, 'program'> | null;
}

/**
 * Plays programs on one stack. The run's folder is left where something did not pass.
 *
 * @param programs no two alike
 * @param times how often each
 */
export async function playTogether(
  { persistence, ...shared }: Setting,
  programs: readonly Program[],
  times = 1,
): Promise<Trials> {
  const abilities = abilitiesOf({ ...shared, persistence });
  const played = await run({
    ...shared,
    scenarios: programs.map((program) => scenarioOf(program, abilities)),
    asked: true,
    drivers: ['api'],
    persistence: [persistence],
    repeat: times,
    resume: 'auto',
    allowSkip: false,
  });
  const byName = new Map(programs.map((program) => [nameOf(program), program]));
  const trials = played.results.scenarios.flatMap(({ id, verdict, reason, checks }) => {
    const program = byName.get(id);
    return program ? [{ program, verdict, failed: failedOf(checks), reason, apart: false }] : [];
  });
  return { programs, trials, run: played, trouble: troubleOf(played) };
}

/** Plays each program on a stack of its own, one after the other; what that shows is laid to it. */
export async function playApart(setting: Setting, programs: readonly Program[]): Promise<Trials[]> {
  const all: Trials[] = [];
  for (const program of programs) {
    const played = await playTogether(setting, [program]);
    const { trials, trouble } = played;
    const own = trials.find(({ verdict }) => verdict !== 'pass');
    all.push(trouble && !own ? { ...played, trials: [{ program, ...trouble }] } : played);
  }
  return all;
}

/** Takes away the folder of a run of which nothing is to be looked at. */
export function discard({ folder }: Run): void {
  rmSync(folder.path, { recursive: true, force: true });
}

function troubleOf({ results: { failure, scenarios } }: Run): Trials['trouble'] {
  if (failure) {
    const reason = `${failure.code}: ${failure.message}`;
    return { verdict: 'unknown', failed: [], reason, apart: true };
  }
  const stack = scenarios.find(({ id }) => id === STACK_SCENARIO);
  if (!stack || stack.verdict === 'pass') return null;
  return { verdict: stack.verdict, failed: failedOf(stack.checks), reason: stack.reason, apart: true };
}

function failedOf(checks: readonly { id: string; verdict: string }[]): string[] {
  return checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
}
