import { Command } from 'commander';
import { check as judge } from '../../runs/check.ts';
import { exitOf } from '../../runs/exit-codes.ts';
import { jsonOption } from '../options.ts';
import { present } from '../present.ts';

export const check = new Command('check')
  .description('Judges a stored run again, from its history, without playing it.')
  .argument('<run>', 'folder of the run, such as reports/runs/latest')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Exit codes: as of \`holdfast verify\`.

Example:
  holdfast check reports/runs/latest`,
  )
  .action(async (run: string, { json }) => {
    const { results, agreement } = await judge(run);
    await present(results, { json, remarks: agreement === null ? [] : [agreement] });
    process.exitCode = exitOf(results);
  });
