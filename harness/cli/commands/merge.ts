import { Command } from 'commander';
import { merge as mergeRuns } from '../../load/merge/merge.ts';
import { exitOf } from '../../runs/exit-codes.ts';
import { jsonOption } from '../options.ts';
import { present } from '../present.ts';

const each = (text: string, before: string[] | undefined) => [...(before ?? []), text];

export const merge = new Command('merge')
  .description('Makes one run of several shards of a load, from their counts, histograms and raw samples.')
  .argument('<run...>', 'folders of load runs, or files of raw samples that k6 wrote (--out json=…)')
  .option(
    '--objective <text>',
    "what must be reached, beside what the shards had: 'lost == 0'; may be repeated",
    each,
  )
  .option('--allow-skip', 'k6 may have run without a harness beside it, that looks into ledger and database')
  .option('--out <folder>', 'where the folder of the merged run is made', 'reports/runs')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Exit codes: as of \`holdfast load\`; 64 also where the shards are not parts
of one load.

Examples:
  holdfast merge reports/runs/shard-1 reports/runs/shard-2
  holdfast merge --allow-skip samples-*.json.gz`,
  )
  .action(async (runs: string[], options) => {
    const { results, folder } = await mergeRuns(runs, options);
    await present(results, { folder: folder.path, json: options.json });
    process.exitCode = exitOf(results);
  });
