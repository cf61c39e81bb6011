import { Command, Option } from 'commander';
import { stuck as find, type StuckRow } from '../../../reference-server/stuck.ts';
import { onDatabase } from '../database.ts';
import { databaseOption, duration, jsonOption } from '../options.ts';

export const stuck = new Command('stuck')
  .description(
    'Lists answers that are "generating", were not updated for long and that no server holds a lease on.',
  )
  .addOption(databaseOption())
  .addOption(
    new Option('--older-than <duration>', 'since the last update').argParser(duration).default(300_000, '5m'),
  )
  .option('--fix', 'put them to "error"; their content stays')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Example:
  holdfast stuck --older-than 10m --fix \\
    --database-url postgres://user:password@host:5432/chat`,
  )
  .action(async ({ databaseUrl, olderThan, fix = false, json }) => {
    const rows = await onDatabase(databaseUrl, (url) => find(url, { olderThan, fix }));
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : describe(rows, fix));
  });

function describe(rows: StuckRow[], fix: boolean): string {
  const lines = rows.map(
    ({ id, session_id, last_updated, length }) =>
      `${last_updated.toISOString()}  session ${session_id}  message ${id}  length ${length}`,
  );
  return `${[...lines, summary(rows, fix)].join('\n')}\n`;
}

function summary(rows: StuckRow[], fix: boolean): string {
  if (rows.length === 0) return 'No answer is stuck.';
  const [answers, are, were, them] =
    rows.length === 1 ? ['1 answer', 'is', 'was', 'it'] : [`${rows.length} answers`, 'are', 'were', 'them'];
  if (!fix) return `${answers} ${are} stuck; --fix puts ${them} to error`;
  const fixed = rows.filter((row) => row.fixed).length;
  if (fixed === rows.length) return `${answers} ${were} stuck, put to error`;
  return `${answers} ${were} stuck, ${fixed} put to error; what else there was has changed meanwhile`;
}
