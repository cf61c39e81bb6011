import { join, relative } from 'node:path';
import { Command } from 'commander';
import { renderExplored } from '../../../reports/explored.ts';
import { renderHunt } from '../../../reports/hunted.ts';
import { createProgress } from '../../../reports/progress.ts';
import { writeReports } from '../../../reports/write.ts';
import { exploreAs, huntAs, replay } from '../../explore/command.ts';
import type { Exploration, Progress } from '../../explore/explore.ts';
import { exitOfHunt } from '../../explore/hunt.ts';
import { exitOf } from '../../runs/exit-codes.ts';
import { configOption, jsonOption, postgresOption, wholeNumber } from '../options.ts';
import { announce, present } from '../present.ts';
import { terminalWidth } from '../terminal.ts';

export const explore = new Command('explore')
  .description('Plays programs of operations and faults drawn by chance, and shortens the first that fails.')
  .option('--runs <programs>', 'how many programs', wholeNumber(1, 100_000), 500)
  .option('--seed <number>', 'what they follow from; default: drawn, and printed', wholeNumber(0, 0xffffffff))
  .option('--persistence <way>', "way of persisting; default: the target's first")
  .option('--jobs <plays>', 'plays that go on side by side', wholeNumber(1, 64), 6)
  .option('--keep <folder>', 'keep what is found as a file there, to be played by verify --scenario <file>')
  .option('--replay <program>', 'play one program again: the JSON that was printed, or its file')
  .option('--repeat <times>', 'with --replay: so often, with other texts', wholeNumber(1, 100_000), 1)
  .option(
    '--hunt <defects>',
    'test exploring: plant so many defects, one at a time, each to be found within --runs',
    wholeNumber(1, 100),
  )
  .option('--out <folder>', 'where the folder of the exploration is made', 'reports/runs')
  .addOption(postgresOption())
  .addOption(configOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Exit codes:
  0 nothing found   1 something found   2 unknown
  64 wrong usage or configuration   70 the harness itself failed
  130 interrupted

Examples:
  holdfast explore
  holdfast explore --runs 2000 --seed 7 --keep found
  holdfast explore --hunt 5 --runs 200
  holdfast explore --replay found/program-1a2b3c.json --repeat 20`,
  )
  .action(async (options) => {
    if (options.replay !== undefined) {
      const { results, folder } = await replay(options, announce());
      await present(results, { folder: folder.path, json: options.json });
      process.exitCode = exitOf(results);
      return;
    }
    const progress = createProgress(process.stderr);
    const listener = {
      onPlan: ({ seed, command }: { seed: number; command: string }) =>
        progress.line(`seed ${seed} · repeat: ${command}`),
      onProgress: (state: Progress) => progress.update(state),
    };
    if (options.hunt !== undefined) {
      const hunted = await huntAs(options, listener);
      progress.end();
      process.stdout.write(
        options.json ? `${JSON.stringify(hunted, null, 2)}\n` : renderHunt(hunted, options.runs),
      );
      process.exitCode = exitOfHunt(hunted);
      return;
    }
    const exploration = await exploreAs(options, listener);
    progress.end();
    await tell(exploration, options.json);
    process.exitCode = exitOf(exploration.results);
  });

async function tell({ results, run }: Exploration, json: boolean): Promise<void> {
  if (run) await writeReports(run.folder.path, run.results);
  if (results.found?.report) results.found.report = relative('.', join(results.found.report, 'report.html'));
  process.stdout.write(
    json ? `${JSON.stringify(results, null, 2)}\n` : renderExplored(results, terminalWidth()),
  );
}
