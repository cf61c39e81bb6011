/** What a person, or with --json a program, is shown of a run. */
import { join, relative } from 'node:path';
import { createProgress } from '../../reports/progress.ts';
import { renderSummary } from '../../reports/terminal.ts';
import { writeReports } from '../../reports/write.ts';
import type { Results } from '../runs/results.ts';
import type { Listener } from '../runs/verify.ts';
import { terminalWidth } from './terminal.ts';

/** More plays than this are named, but what strikes where in each is left to the report. */
const PLANS_SHOWN = 20;

/** Tells the plan first, then one live line of progress; on standard error, for standard output is the results'. */
export function announce(): Listener {
  const progress = createProgress(process.stderr);
  return {
    onPlan({ seed, command, plays }) {
      progress.line(`seed ${seed} · repeat: ${command}`);
      for (const { play, event } of plays.slice(0, PLANS_SHOWN)) {
        progress.line(`  ${play}: ${event.strikes.join('; ') || 'nothing strikes'}`);
      }
      if (plays.length > PLANS_SHOWN) progress.line(`  … and ${plays.length - PLANS_SHOWN} more plays`);
    },
    onPlay({ play, done, plays, ms }) {
      const current =
        ms === undefined ? `${play} begins` : `${play} was played in ${(ms / 1000).toFixed(1)} s`;
      progress.update({ done, total: plays, current });
      if (done === plays) progress.end();
    },
  };
}

export interface Presentation {
  json?: boolean;
  /** Folder of the run, where its reports are to be written. */
  folder?: string;
  /** Said after the summary. */
  remarks?: readonly string[];
}

export async function present(
  results: Results,
  { json = false, folder, remarks = [] }: Presentation,
): Promise<void> {
  if (folder !== undefined) await writeReports(folder, results);
  if (json) {
    process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    renderSummary(results, {
      // Colour only where a person looks at it and has not asked for none.
      color: process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
      width: terminalWidth(),
      ...(folder !== undefined && { report: relative('.', join(folder, 'report.html')) }),
    }),
  );
  for (const remark of remarks) process.stdout.write(`${remark}\n`);
}
