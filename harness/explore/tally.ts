/** What the programs of an exploration did, so that "nothing found" says what was looked at. */
import { join } from 'node:path';
import { readHistory } from '../history/reader.ts';
import type { Program } from '../programs/program.ts';
import { stepNames } from '../programs/steps/index.ts';
import type { Run } from '../runs/run.ts';

export interface Tally {
  /** Steps played, by kind. */
  steps: Record<string, number>;
  /** Kinds of steps that came directly after one another, of all that could. */
  pairs: { seen: number; possible: number };
  /**
   * Faults, by kind: how many struck, how many of them a live stream or connection, and how many strike whoever is there,
   * so that nothing live is counted.
   */
  faults: Record<string, { struck: number; live: number; all?: number }>;
  /** By checker: in how many plays it judged, and how many samples it had in all. */
  checks: Record<string, { plays: number; samples: number }>;
}

export interface Counter {
  program(program: Program): void;
  run(run: Run): Promise<void>;
  tally(): Tally;
}

export function createCounter(): Counter {
  const steps: Tally['steps'] = Object.fromEntries(stepNames.map((name) => [name, 0]));
  const pairs = new Set<string>();
  const faults: Tally['faults'] = {};
  const checks: Tally['checks'] = {};
  return {
    program(program) {
      program.steps.forEach(({ do: name }, index) => {
        steps[name]!++;
        const before = program.steps[index - 1];
        if (before) pairs.add(`${before.do} ${name}`);
      });
    },
    async run({ folder, results }) {
      for await (const event of readHistory(join(folder.path, 'history.jsonl'))) {
        if (event.type !== 'fault' || event.state !== 'struck') continue;
        // A bad line is of several kinds at once.
        for (const kind of event.kind.split('+')) {
          faults[kind] ??= { struck: 0, live: 0 };
          const count = faults[kind]!;
          count.struck++;
          if (event.live) count.live++;
          if (event.live === undefined) count.all = (count.all ?? 0) + 1;
        }
      }
      for (const { id, samples } of results.scenarios.flatMap(({ checks }) => checks)) {
        if (samples === 0) continue;
        checks[id] ??= { plays: 0, samples: 0 };
        const count = checks[id]!;
        count.plays++;
        count.samples += samples;
      }
    },
    tally: () => ({
      steps,
      pairs: { seen: pairs.size, possible: stepNames.length ** 2 },
      faults,
      checks,
    }),
  };
}
