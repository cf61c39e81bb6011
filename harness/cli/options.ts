/** Options that several commands take, and how their values are read. */
import { InvalidArgumentError, Option } from 'commander';
import { TEXT_MODES } from '../../mock-llm/oracle.ts';
import { BOUNDARIES } from '../runs/draw.ts';

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${min} to ${max}.`);
  };
}

/** Values separated by commas; the option may also be given several times. */
export function names(text: string, before: string[] | undefined): string[] {
  const found = text.split(',').map((name) => name.trim());
  if (found.includes('')) throw new InvalidArgumentError('It takes names separated by commas.');
  return [...(before ?? []), ...found];
}

/** Whole numbers separated by commas. */
export function wholeNumbers(min: number, max: number): (text: string) => number[] {
  const read = wholeNumber(min, max);
  return (text) => text.split(',').map((part) => read(part.trim()));
}

/** A duration such as 90s, 5m, 2h or 250ms; in ms. */
export function duration(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new InvalidArgumentError('It takes a number and a unit: 250ms, 90s, 5m, 2h, 1d.');
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[
    match[2] as 'ms' | 's' | 'm' | 'h' | 'd'
  ];
  return Number(match[1]) * unit;
}

export const textOption = (fallback: string) =>
  new Option(
    '--text <mode>',
    `how answers are written: with watermarks, without, or without in chunks as long as a provider's; default: ${fallback}`,
  ).choices(TEXT_MODES);

export const boundaryOption = () =>
  new Option(
    '--boundary <end>',
    'lengths, places and times are all the lowest, or all the highest, that may be drawn; default: the seed decides for each',
  ).choices(BOUNDARIES);

export const jsonOption = () =>
  new Option('--json', 'print the results as JSON to standard output, and nothing else there');

export const postgresOption = () =>
  new Option(
    '--postgres <provider>',
    'where PostgreSQL comes from; auto: DATABASE_URL where set, else embedded',
  )
    .choices(['auto', 'external', 'embedded', 'testcontainers'])
    .default('auto');

export const configOption = () =>
  new Option(
    '--config <file>',
    'configuration; default: holdfast.config.ts, .mts, .js or .mjs of this folder, if there is one',
  );

/** Read by `onDatabase`, which says what is wrong with it: here a wrong DATABASE_URL would keep the help from being shown. */
export const databaseOption = () =>
  new Option('--database-url <url>', 'the database, as postgres://user:password@host:port/database')
    .env('DATABASE_URL')
    .makeOptionMandatory();
