import { Argument, Command, Option } from 'commander';
import { migrate as run } from '../../../reference-server/migrate.ts';
import { databaseOption, wholeNumber } from '../options.ts';

export const migrate = new Command('migrate')
  .description("Brings a database to the reference server's schema, takes it back, or says where it is.")
  .addArgument(new Argument('<direction>').choices(['up', 'down', 'status']))
  .addOption(databaseOption())
  .addOption(
    new Option('--count <number>', 'so many migrations; default: up all, down one').argParser(
      wholeNumber(1, 1000),
    ),
  )
  .action(async (direction: 'up' | 'down' | 'status', { databaseUrl, count }) => {
    const done = await run(databaseUrl, direction, count === undefined ? {} : { count });
    process.stdout.write(`${JSON.stringify(done, null, 2)}\n`);
  });
