/**
 * Plays a batch of programs, as many at a time as do not get into each other's way:
 *
 *     one stack     those that share a server, many at a time
 *     others        those that have one to themselves, one after the other on each
 *     afterwards    those that kill the database server, on which all stacks stand
 */
import { isAlone, type Program } from '../programs/program.ts';
import { playTogether, type Setting, type Trials } from './trial.ts';

/** Plays of a server of their own mostly wait: for leases, for what starts. */
const MOST_LANES = 3;
/** A stack takes as long to start as so many plays: fewer are not worth one. */
const WORTH_A_STACK = 3;

export interface Lanes {
  beside: Program[][];
  after: Program[];
}

export function lanesOf(programs: readonly Program[]): Lanes {
  const shared = programs.filter((program) => !isAlone(program));
  const after = programs.filter(killsDatabase);
  const alone = programs.filter((program) => isAlone(program) && !killsDatabase(program));
  const count = Math.min(MOST_LANES, Math.ceil(alone.length / WORTH_A_STACK));
  const lanes = Array.from({ length: count }, (_, lane) => alone.filter((_, n) => n % count === lane));
  return { beside: [shared, ...lanes].filter(({ length }) => length > 0), after };
}

/**
 * Every program of it is played, in one of the runs.
 *
 * @param times how often each
 */
export async function playInLanes(
  setting: Setting,
  programs: readonly Program[],
  times = 1,
): Promise<Trials[]> {
  const { beside, after } = lanesOf(programs);
  const played = await Promise.all(beside.map((each) => playTogether(setting, each, times)));
  return after.length === 0 ? played : [...played, await playTogether(setting, after, times)];
}

function killsDatabase({ steps }: Program): boolean {
  return steps.some((step) => step.do === 'database' && step.trouble === 'kill');
}
