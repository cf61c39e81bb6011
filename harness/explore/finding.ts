/** From a program that failed to the shortest that does, played again to see how surely. */
import { encode, inWords, nameOf, type Program } from '../programs/program.ts';
import { commandOf } from '../runs/command.ts';
import type { Run } from '../runs/run.ts';
import { playInLanes } from './lanes.ts';
import type { Found } from './results.ts';
import { isSameFailure, type Shrunk, shrink } from './shrink.ts';
import {
  abilitiesOf,
  discard,
  playApart,
  playTogether,
  type Setting,
  type Trial,
  type Trials,
} from './trial.ts';

const CONFIRMATIONS = 5;
/** Plays that shortening may take; fewer where each needs a stack of its own. */
const BUDGET = 120;
const BUDGET_APART = 40;

export interface Finding {
  found: Found;
  /** The run in which it was played again, and its folder. */
  run: Run;
}

export interface ExamineOptions {
  budget?: number;
  /** Told after plays of shortening: how many there were so far, and how many steps are left. */
  onPlays(plays: number, steps: number): void;
}

export async function examine(
  setting: Setting,
  first: Trial,
  { budget = first.apart ? BUDGET_APART : BUDGET, onPlays }: ExamineOptions,
): Promise<Finding> {
  let plays = 0;
  let steps = first.program.steps.length;
  const shrunk = await shrink(first, {
    abilities: abilitiesOf(setting),
    width: first.apart ? 1 : 2 * setting.jobs,
    budget,
    async play(programs, times) {
      const trials = await tryOut(setting, programs, times, first.apart);
      const failing = trials.filter((trial) => isSameFailure(trial, first));
      steps = Math.min(steps, ...failing.map(({ program }) => program.steps.length));
      plays += programs.length * times;
      onPlays(plays, steps);
      return trials;
    },
  });
  const confirmed = await confirm(setting, shrunk, first);
  if (confirmed.found.confirmed.failed > 0 || shrunk.trial === first) return confirmed;
  // Chance has led astray: what was found is what was found first.
  discard(confirmed.run);
  return confirm(setting, { ...shrunk, trial: first, exhausted: false }, first);
}

async function tryOut(
  setting: Setting,
  programs: Program[],
  times: number,
  apart: boolean,
): Promise<Trial[]> {
  const each = programs.flatMap((program) => Array<Program>(times).fill(program));
  const played = apart ? await playApart(setting, each) : await playInLanes(setting, programs, times);
  for (const { run } of played) discard(run);
  setting.signal.throwIfAborted();
  return played.flatMap(({ trials }) => trials);
}

async function confirm(setting: Setting, { trial, ...shrink }: Shrunk, first: Trial): Promise<Finding> {
  const { program, failed, reason } = trial;
  const command = replayCommand(program, setting);
  const again = { ...setting, command };
  let played: Trials[];
  if (first.apart) played = await playApart(again, Array<Program>(CONFIRMATIONS).fill(program));
  else played = [await playTogether(again, [program], CONFIRMATIONS)];
  setting.signal.throwIfAborted();
  const trials = played.flatMap((each) => each.trials);
  const [{ run }, ...others] = played as [Trials, ...Trials[]];
  for (const other of others) discard(other.run);
  return {
    run,
    found: {
      name: nameOf(program),
      program,
      words: inWords(program),
      checkers: failed,
      reason: reason ?? '',
      stepsBefore: first.program.steps.length,
      shrink,
      confirmed: {
        plays: CONFIRMATIONS,
        failed: trials.filter((each) => isSameFailure(each, first)).length,
      },
      command,
      file: null,
      report: run.folder.path,
    },
  };
}

function replayCommand(program: Program, { seed }: Setting): string {
  return commandOf('explore', [
    ['replay', encode(program)],
    ['seed', seed],
  ]);
}
