import { Command, Option } from 'commander';
import { renderSweep } from '../../../reports/sweep.ts';
import { exitOf } from '../../runs/exit-codes.ts';
import { DEFAULTS } from '../../sweep/command.ts';
import { sweep as play } from '../../sweep/sweep.ts';
import { configOption, jsonOption, names, postgresOption, wholeNumber, wholeNumbers } from '../options.ts';
import { announce } from '../present.ts';

export const sweep = new Command('sweep')
  .description(
    'Plays every point of an answer at which it can be cut or the server can die, in every way, and judges each.',
  )
  .option('--chunks <number>', 'length of the answer', wholeNumber(1, 500), DEFAULTS.chunks)
  .addOption(list('--styles <styles>', 'how the network is lost', DEFAULTS.styles))
  .addOption(list('--ways <ways>', 'how clients go on', DEFAULTS.ways))
  .addOption(
    new Option('--cuts <numbers>', 'how often the network is lost in one answer')
      .argParser(wholeNumbers(1, 5))
      .default(DEFAULTS.cuts, DEFAULTS.cuts.join(',')),
  )
  .addOption(
    list('--crashes <states>', 'states in which the server is killed; none: it is not', DEFAULTS.crashes),
  )
  .option('--point <ids>', 'only these points, as a summary names them', names)
  .option(
    '--seed <number>',
    'what everything random follows from; default: drawn',
    wholeNumber(0, 0xffffffff),
  )
  .option('--jobs <points>', 'points that are played side by side', wholeNumber(1, 256), DEFAULTS.jobs)
  .option('--persistence <way>', 'way of persisting; default: the first of the target')
  .option('--out <folder>', 'where the folder of the run is made', 'reports/runs')
  .addOption(postgresOption())
  .addOption(configOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Exit codes:
  0 pass   1 an invariant failed   2 unknown
  64 wrong usage or configuration   70 the harness itself failed
  130 interrupted

Examples:
  holdfast sweep --chunks 12 --cuts 1               short, in seconds
  holdfast sweep --crashes none --styles clean-end  only ends that look sound`,
  )
  .action(async (options) => {
    const swept = await play(options, announce());
    process.stdout.write(options.json ? `${JSON.stringify(swept.results, null, 2)}\n` : renderSweep(swept));
    process.exitCode = exitOf(swept.results);
  });

/** What is given replaces the usual, and is not added to it. */
function list(flags: string, about: string, usual: readonly string[]): Option {
  const given = [...usual];
  const read = (text: string, before: string[] | undefined) =>
    names(text, before === given ? undefined : before);
  return new Option(flags, about).argParser(read).default(given, usual.join(','));
}
