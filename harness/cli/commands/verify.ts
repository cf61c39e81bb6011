import { Command, Option } from 'commander';
import { exitOf } from '../../runs/exit-codes.ts';
import { verify as play } from '../../runs/verify.ts';
import {
  boundaryOption,
  configOption,
  jsonOption,
  names,
  postgresOption,
  textOption,
  wholeNumber,
} from '../options.ts';
import { announce, present } from '../present.ts';

export const verify = new Command('verify')
  .description('Plays scenarios against the target, judges what happened and writes a report.')
  .option(
    '-s, --scenario <ids>',
    'scenarios to play, by id (see: holdfast list scenarios), or files that explore has kept',
    names,
  )
  .option(
    '--all',
    'every scenario, not only the short set: refresh, network, session-switch, concurrent-tabs',
  )
  .option(
    '--driver <names>',
    'who plays them: api, browser; default: both, where the target has a page',
    names,
  )
  .option(
    '--persistence <ways>',
    'ways of persisting, several for before and after in columns; of the reference server: checkpoint, append, continue, at-end',
    names,
  )
  .option(
    '--defect <names>',
    'plants defects in the target, to see them found (see: holdfast list defects)',
    names,
  )
  .option(
    '--seed <number>',
    'what everything random follows from; default: drawn, and printed',
    wholeNumber(0, 0xffffffff),
  )
  .addOption(textOption('the seed decides for each'))
  .addOption(boundaryOption())
  .option('--repeat <times>', 'play each scenario so often, with other seeds', wholeNumber(1, 100_000), 1)
  .option('--jobs <plays>', 'plays that go on side by side', wholeNumber(1, 64), 4)
  .addOption(
    new Option(
      '--resume <way>',
      'how clients catch up; auto: by stream where the target can, else by polling',
    )
      .choices(['auto', 'stream', 'poll'])
      .default('auto'),
  )
  .option(
    '--page <mode>',
    'how pages show answers: plain, rendered (Markdown); default: the first that the page of the target has',
  )
  .option('--out <folder>', 'where the folder of the run is made', 'reports/runs')
  .option('--allow-skip', 'what had to be skipped does not make the run unknown')
  .addOption(
    new Option('--browser <provider>', 'where the browser comes from; auto: the first that starts')
      .choices(['auto', 'playwright', 'system', 'npm'])
      .default('auto'),
  )
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
  holdfast verify
  holdfast verify --scenario refresh --repeat 20
  holdfast verify --text openai-chat               chunks as short as OpenAI's
  holdfast verify --boundary low                   cut as early as cuts are drawn
  holdfast verify --persistence at-end,checkpoint  before and after, in columns
  holdfast verify --defect saved-at-end            a server broken on purpose`,
  )
  .action(async (options) => {
    const { results, folder } = await play(options, announce());
    await present(results, { folder: folder.path, json: options.json });
    process.exitCode = exitOf(results);
  });
