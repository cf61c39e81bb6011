import { Command } from 'commander';
import { serve as start } from '../../runs/serve.ts';
import { configOption, postgresOption } from '../options.ts';

export const serve = new Command('serve')
  .description('Starts the whole stack and leaves it running, to play with.')
  .option('--persistence <way>', 'way of persisting; default: the first of the target')
  .addOption(postgresOption())
  .addOption(configOption())
  .action(async (options) => {
    process.exitCode = await start(options);
  });
