/**
 * Looks for the shortest program that still fails in the same way. Programs are real plays that take a second, so
 * candidates are tried many at a time; and because a race may fail one by chance, a candidate that failed is played
 * again before it is taken, and must fail as often as what was found first. So a sure failure stays a sure one.
 */
import { essence, nameOf, type Program } from '../programs/program.ts';
import type { Abilities } from '../programs/scene.ts';
import { simpler } from './arbitraries.ts';
import type { Trial } from './trial.ts';

export interface ShrinkOptions {
  abilities: Abilities;
  /** Plays the programs, no two alike, each so often. */
  play(programs: Program[], times: number): Promise<Trial[]>;
  /** Candidates that are tried at a time. */
  width: number;
  /** Plays after which it ends, wherever it has got to. */
  budget: number;
}

export interface Shrunk {
  /** The shortest that failed as often as the first. */
  trial: Trial;
  /** Plays that it took. */
  plays: number;
  /** Nothing simpler fails; false: the plays were used up, or the first did not fail again. */
  exhausted: boolean;
}

/** How often a program is played to see how surely it fails. */
const TIMES = 3;

/** @param from has failed */
export async function shrink(from: Trial, options: ShrinkOptions): Promise<Shrunk> {
  const { abilities, width, budget } = options;
  const tried = new Set([nameOf(from.program)]);
  let plays = 0;
  let best = from;
  const play = async (programs: Program[], times = 1) => {
    plays += programs.length * times;
    const trials = await options.play(programs, times);
    return trials.filter((trial) => isSameFailure(trial, from));
  };

  const often = (await play([from.program], TIMES)).length;
  if (often === 0) return { trial: best, plays, exhausted: false };
  let candidates = untried();
  while (plays < budget) {
    const batch = take(candidates, Math.min(width, budget - plays));
    if (batch.length === 0) return { trial: best, plays, exhausted: true };
    const failing = await play(batch);
    const shortest = failing.sort((a, b) => a.program.steps.length - b.program.steps.length)[0];
    if (!shortest) continue;
    const again = await play([shortest.program], TIMES);
    if (again.length < often) {
      // The others of the batch that failed get their turn.
      for (const { program } of failing) if (program !== shortest.program) tried.delete(nameOf(program));
    } else best = shortest;
    candidates = untried();
  }
  return { trial: best, plays, exhausted: false };

  function* untried(): Generator<Program> {
    for (const candidates of [shorter(best.program), simpler(best.program)]) {
      for (const candidate of candidates) {
        const program = essence(candidate, abilities);
        if (!program || tried.has(nameOf(program))) continue;
        tried.add(nameOf(program));
        yield program;
      }
    }
  }
}

/** A program may break several invariants, and a shorter one fewer of them; one in common makes it the same. */
export function isSameFailure(trial: Trial, { failed }: Trial): boolean {
  return trial.verdict === 'fail' && trial.failed.some((checker) => failed.includes(checker));
}

/** Without a row of steps: first half of them, then a quarter, and at last single ones. */
function* shorter(program: Program): Generator<Program> {
  const { steps } = program;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < steps.length; at += size) yield { ...program, steps: steps.toSpliced(at, size) };
  }
}

function take<T>(from: Iterator<T>, count: number): T[] {
  const taken: T[] = [];
  while (taken.length < count) {
    const { value, done } = from.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
