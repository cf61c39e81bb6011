/** The command that repeats a run, word for word. */
import type { VerifyOptions } from './verify.ts';

export function repeatCommand(options: VerifyOptions & { seed: number }): string {
  // A program as JSON would be torn at its commas.
  const isReplay = options.scenario?.[0]?.startsWith('{') ?? false;
  const words = [isReplay ? 'explore' : 'verify'];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(`--${name}`, quote(String(value)));
  };
  add(isReplay ? 'replay' : 'scenario', options.scenario?.join(','));
  if (options.all) words.push('--all');
  if (!isReplay) add('driver', options.driver?.join(','));
  add('persistence', options.persistence?.join(','));
  add('defect', options.defect?.join(','));
  add('seed', options.seed);
  add('text', options.text);
  add('boundary', options.boundary);
  if (options.repeat !== 1) add('repeat', options.repeat);
  if (options.jobs !== 4) add('jobs', options.jobs);
  if (options.resume !== 'auto') add('resume', options.resume);
  add('page', options.page);
  if (options.browser !== 'auto') add('browser', options.browser);
  if (options.postgres !== 'auto') add('postgres', options.postgres);
  add('config', options.config);
  if (options.out !== 'reports/runs') add('out', options.out);
  if (options.allowSkip) words.push('--allow-skip');
  return `${runner(words[0]!)} ${words.slice(1).join(' ')}`.trim();
}

/** A command with options; those without a value are left out. */
export function commandOf(
  command: string,
  options: readonly (readonly [name: string, value: string | number | undefined])[],
): string {
  const words = options.flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, quote(String(value))],
  );
  return `${runner(command)} ${words.join(' ')}`;
}

/** In a clone nothing is installed that npx could find. */
const IS_CLONE = import.meta.url.endsWith('.ts');

/** As it was called: by the project's own script, in a clone by that of the clone, or as an installed command. */
export function runner(command: string): string {
  if (process.env.npm_lifecycle_event === command) return `npm run ${command} --`;
  return IS_CLONE ? `npm run holdfast -- ${command}` : `npx holdfast ${command}`;
}

function quote(word: string): string {
  return /^[\w./:,@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
