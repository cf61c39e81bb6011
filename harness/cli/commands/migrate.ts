import { Argument, Command, Option } from 'commander';
import {
  type MigrationBounds,
  type MigrationState,
  migrate as run,
} from '../../../reference-server/migrate.ts';
import { HoldfastError } from '../../errors.ts';
import { onDatabase } from '../database.ts';
import { databaseOption, jsonOption, wholeNumber } from '../options.ts';

type Direction = 'up' | 'down' | 'status';

interface Options extends MigrationBounds {
  databaseUrl: string;
  yes?: true;
  json?: true;
}

export const migrate = new Command('migrate')
  .description("Brings a database to the reference server's schema, takes it back, or says where it is.")
  .addArgument(
    new Argument('<direction>', 'up: apply what is pending; down: take back; status: only look').choices([
      'up',
      'down',
      'status',
    ]),
  )
  .addOption(databaseOption())
  .addOption(
    new Option('--to <number>', 'the migration that is to be the last one applied; 0: none')
      .argParser(wholeNumber(0, 9999))
      .conflicts('count'),
  )
  .addOption(
    new Option('--count <number>', 'so many migrations; default: up all, down one').argParser(
      wholeNumber(1, 1000),
    ),
  )
  .option('--yes', 'drop the tables with all messages, where that is what you ask for')
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Taking back migration 2 and later ones leaves every message as it was. Taking
back migration 1 drops the tables with all sessions and messages: it wants
--to 0 (or a --count of all that are applied) and --yes.

Example, the way back to a server that saves at the end:
  holdfast migrate down --to 1 \\
    --database-url postgres://user:password@host:5432/chat`,
  )
  .action(async (direction: Direction, options: Options) => {
    const { databaseUrl, to, count, json } = options;
    const bounds = { ...(to !== undefined && { to }), ...(count !== undefined && { count }) };
    const before = await onDatabase(databaseUrl, (url) => run(url, 'status'));
    const drops = direction === 'down' && takesBackAll(before, bounds);
    if (drops) requireConsent(before, options);
    const state =
      direction === 'status' ? before : await onDatabase(databaseUrl, (url) => run(url, direction, bounds));
    process.stdout.write(json ? `${JSON.stringify(state, null, 2)}\n` : describe(direction, state, drops));
  });

function takesBackAll({ applied }: MigrationState, { to, count = 1 }: MigrationBounds): boolean {
  return applied.length > 0 && (to === undefined ? count >= applied.length : to === 0);
}

function requireConsent({ applied }: MigrationState, { to, count, yes }: Options): void {
  if (yes && (to !== undefined || count !== undefined)) return;
  throw new HoldfastError('HF_USAGE', {
    what: `This takes back ${applied[0]}, which drops the tables with all sessions and messages; nothing was done. If that is what you want, say --to 0 --yes`,
    command: 'migrate',
  });
}

function describe(
  direction: Direction,
  { changed, applied, pending }: MigrationState,
  dropped: boolean,
): string {
  const lines = [
    ...changed.map((name) => `changed  ${name}  ${direction === 'up' ? 'applied now' : 'taken back now'}`),
    ...applied.map((name) => `applied  ${name}`),
    ...pending.map((name) => `pending  ${name}`),
    ...(direction !== 'status' && changed.length === 0 ? ['There was nothing to change.'] : []),
    ...(dropped ? ['The tables were dropped, with all sessions and messages.'] : []),
  ];
  return `${lines.join('\n')}\n`;
}
