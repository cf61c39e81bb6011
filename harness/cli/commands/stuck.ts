import { Command, Option } from 'commander';
import { stuck as find } from '../../../reference-server/stuck.ts';
import { databaseOption, duration } from '../options.ts';

export const stuck = new Command('stuck')
  .description(
    'Lists messages that are "generating", were not updated for long and that no server holds a lease on.',
  )
  .addOption(databaseOption())
  .addOption(
    new Option('--older-than <duration>', 'since the last update').argParser(duration).default(300_000, '5m'),
  )
  .option('--fix', 'put them to "error"; their content stays')
  .option('--json', 'as JSON')
  .action(async ({ databaseUrl, olderThan, fix = false, json }) => {
    const rows = await find(databaseUrl, { olderThan, fix });
    if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else process.stdout.write(rows.length === 0 ? 'None is stuck.\n' : `${rows.map(line).join('\n')}\n`);

    function line(row: (typeof rows)[number]): string {
      return `${row.id}  last updated ${row.last_updated}  ${fix ? 'put to error' : 'generating'}`;
    }
  });
