import { Command, InvalidArgumentError } from 'commander';
import { hang } from '../../../reports/text.ts';
import { engines } from '../../load/engines/index.ts';
import { loadFaults } from '../../load/faults.ts';
import { load as play } from '../../load/load.ts';
import { DEFAULT_ANSWERS, DEFAULTS } from '../../load/options.ts';
import { loadProfiles } from '../../load/profiles.ts';
import { exitOf } from '../../runs/exit-codes.ts';
import { configOption, duration, jsonOption, postgresOption, textOption, wholeNumber } from '../options.ts';
import { present } from '../present.ts';
import { HELP_WIDTH } from '../terminal.ts';
import { watchLoad } from '../watch-load.ts';

const each = (text: string, before: string[] | undefined) => [...(before ?? []), text];

/** Users a second, as 20/s. */
function rate(text: string): number {
  const value = Number(/^(\d{1,6}(?:\.\d{1,3})?)(?:\/s)?$/.exec(text)?.[1]);
  if (value > 0) return value;
  throw new InvalidArgumentError('It takes users a second: 20/s, 5.5/s.');
}

const seconds = (ms: number) => `${ms / 1_000}s`;

const listed = (entries: readonly (readonly [string, string])[]) =>
  entries.map(([name, what]) => hang(`  ${name.padEnd(22)}`, what, HELP_WIDTH)).join('\n');

export const load = new Command('load')
  .description(
    'Lets many users in at once, checks every chunk of every answer, and says what the target bears.',
  )
  .option('--engine <name>', `who lets users in: ${engines.map(({ id }) => id).join(', ')}`, 'own')
  .option('--allow-skip', 'where that engine is not there, the own one plays in its place')
  .option(
    '--users <number>',
    `users at once (default: ${DEFAULTS.users}); in an open loop, at most`,
    wholeNumber(1, 1_000_000),
  )
  .option(
    '--duration <time>',
    `how long users come: 30s, 10m (default: ${seconds(DEFAULTS.duration)})`,
    duration,
  )
  .option(
    '--warmup <time>',
    `before that: all is judged, but only recoveries are measured (default: ${seconds(DEFAULTS.warmup)})`,
    duration,
  )
  .option(
    '--arrivals <kind>',
    'closed, constant, poisson, gamma:<cv>, step:<rate>@<time>, ramp:<rate>, trace:<file> (default: closed; with --rate constant)',
  )
  .option('--rate <users>', `users a second, for open arrivals: 20/s (default: ${DEFAULTS.rate}/s)`, rate)
  .option('--profile <name>', 'a load with a name, see below; sets what is not said')
  .option('--mix <weights>', 'what users do: stay=60,refresh=10,cut=15,poll=5,switch=5,second-tab=3,stop=2')
  .option(
    '--chunks <number>',
    `chunks of an answer (default: ${DEFAULT_ANSWERS.chunks}), or a length profile of the mock LLM`,
  )
  .option(
    '--gap <time>',
    `between two chunks: 250ms (default: ${DEFAULT_ANSWERS.pace.gap}ms), or a pace profile of the mock LLM`,
  )
  .addOption(textOption('of the profile, else the seed decides for each'))
  .option(
    '--fault <fault@time>',
    'strikes everybody: kill@30s, cut@20s:2s, kill@20s/40s; may be repeated',
    each,
  )
  .option('--objective <text>', "what must be reached: 'p99(recovery) < 500ms'; may be repeated", each)
  .option('--find-limit', 'raises the load until an objective breaks, and says the highest level that held')
  .option('--workers <number>', 'processes that let users in', wholeNumber(1, 64), 2)
  .option('--persistence <way>', 'way of persisting; default: the first of the target')
  .option(
    '--seed <number>',
    'what everything random follows from; default: drawn, and printed',
    wholeNumber(0, 0xffffffff),
  )
  .option('--out <folder>', 'where the folder of the run is made', 'reports/runs')
  .addOption(postgresOption())
  .addOption(configOption())
  .addOption(jsonOption())
  .addHelpText(
    'after',
    `
Profiles:
${listed(Object.entries(loadProfiles).map(([name, { what }]) => [name, what]))}

Faults:
${listed(loadFaults.map(({ id, what }) => [id, what]))}

Engines:
${listed(engines.map(({ id, what }) => [id, what]))}

Exit codes:
  0 pass   1 an invariant failed   3 an objective was missed
  2 unknown, also where the generator itself was too slow
  64 wrong usage or configuration   70 the harness itself failed
  130 interrupted

Examples:
  holdfast load --users 500 --duration 60s
  holdfast load --profile azure-conversation --objective 'p99(recovery) < 500ms'
  holdfast load --users 500 --chunks azure-conversation --gap h100-8b
  holdfast load --users 50 --find-limit --objective 'p99(first-chunk) < 1s'`,
  )
  .action(async (options) => {
    const { results, folder } = await play(options, watchLoad());
    await present(results, { folder: folder.path, json: options.json });
    process.exitCode = exitOf(results);
  });
