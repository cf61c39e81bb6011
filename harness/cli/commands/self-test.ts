import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { createProgress } from '../../../reports/progress.ts';
import { renderSelfTestReport } from '../../../reports/self-test/html.ts';
import { renderSelfTest } from '../../../reports/self-test/terminal.ts';
import { writeReports } from '../../../reports/write.ts';
import { exitOf } from '../../runs/exit-codes.ts';
import { testItself } from '../../self-test/command.ts';
import type { PlantedResult } from '../../self-test/results.ts';
import { reference } from '../../targets/reference.ts';
import { boundaryOption, jsonOption, names, postgresOption, wholeNumber } from '../options.ts';

export const selfTest = new Command('self-test')
  .description('Plants every known defect, and shows that each is caught by the checkers that must catch it.')
  .option('--defect <names>', 'only these (see: holdfast list defects)', names)
  .option(
    '--seed <number>',
    'what everything random follows from; default: drawn, and printed',
    wholeNumber(0, 0xffffffff),
  )
  .addOption(boundaryOption())
  .option('--repeat <times>', 'play each so often, with other seeds', wholeNumber(1, 1_000), 1)
  .option('--jobs <stacks>', 'stacks that stand side by side', wholeNumber(1, 8), 4)
  .option('--out <folder>', 'where the folder of the self-test is made', 'reports/self-tests')
  .addOption(postgresOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Exit codes:
  0 every defect caught by exactly its checkers, clean plays passed, and the
    canary failed
  1 a defect missed, or something alarmed without a cause
  2 something was not played
  64 wrong usage or configuration   70 the harness itself failed
  130 interrupted`,
  )
  .action(async (options) => {
    const progress = createProgress(process.stderr);
    const { results, folder } = await testItself(options, {
      onPlan: ({ seed, command }) => progress.line(`seed ${seed} · repeat: ${command}`),
      async onTask({ results, run, done, tasks }) {
        await writeReports(run.folder.path, run.results);
        const exact = results.filter(({ outcome }) => outcome === 'exact').length;
        const [{ defect, scenario, outcome }] = results as [PlantedResult, ...PlantedResult[]];
        const current =
          results.length === 1
            ? `${defect ?? 'clean'} × ${scenario}: ${outcome}`
            : `clean: ${exact} of ${results.length} exact`;
        progress.update({ done, total: tasks, current });
        if (done === tasks) progress.end();
      },
    });
    const report = join(folder.path, 'report.html');
    writeFileSync(report, renderSelfTestReport(results, await reference.defects!()));
    if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    else {
      const { isTTY, columns = 120 } = process.stdout;
      const color = isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
      process.stdout.write(renderSelfTest(results, { color, width: columns, report: relative('.', report) }));
    }
    process.exitCode = exitOf(results);
  });
