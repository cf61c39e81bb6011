/** Whose doing it was that a stack did not come back to its baseline, or broke: found by halving. */
import type { Program } from '../programs/program.ts';
import { discard, playApart, playTogether, type Setting, type Trial } from './trial.ts';

/** @returns the program with which it happens again, alone on a stack; null where there is none */
export async function culpritOf(setting: Setting, programs: readonly Program[]): Promise<Trial | null> {
  const [only, another] = programs;
  if (only && !another) {
    const [played] = await playApart(setting, [only]);
    discard(played!.run);
    setting.signal.throwIfAborted();
    return played!.trials.find(({ verdict }) => verdict !== 'pass') ?? null;
  }
  const half = Math.ceil(programs.length / 2);
  for (const part of [programs.slice(0, half), programs.slice(half)]) {
    const { trouble, run } = await playTogether(setting, part);
    discard(run);
    setting.signal.throwIfAborted();
    if (trouble) return culpritOf(setting, part);
  }
  return null;
}
