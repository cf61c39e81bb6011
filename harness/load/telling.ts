/** A load run in words: what it is going to do, and the command that repeats it. */
import { runner } from '../runs/command.ts';
import type { LoadOptions } from './load.ts';
import { describeAnswers, type Laid } from './options.ts';

export function describePlan(
  { plan, faults, arrivals, profile }: Laid,
  engine: string,
  workers: number,
): string[] {
  const mix = Object.entries(plan.mix)
    .filter(([, weight]) => weight > 0)
    .map(([id, weight]) => `${id}=${weight}`);
  const who =
    plan.arrivals.kind === 'closed' ? `${plan.users} users, always there` : `users come ${arrivals}`;
  return [
    `${profile === null ? '' : `${profile}: `}${who}, for ${plan.duration / 1_000} s after ${plan.warmup / 1_000} s of warm-up`,
    `they do: ${mix.join(', ')}`,
    `answers of ${describeAnswers(plan.answers)}; ${engine === 'own' ? `${workers} worker processes` : `by ${engine}`}`,
    ...(faults.length > 0
      ? [
          `faults: ${faults
            .slice(0, 8)
            .map(({ kind, at }) => `${kind} at ${at / 1_000} s`)
            .join(', ')}${faults.length > 8 ? `, … (${faults.length})` : ''}`,
        ]
      : []),
  ];
}

/** The command that repeats the run, word for word. */
export function commandOf(options: LoadOptions, seed: number): string {
  const words = [runner('load')];
  const add = (name: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(`--${name}`, quote(String(value)));
  };
  const ms = (value: number | undefined) => (value === undefined ? undefined : `${value}ms`);
  if ((options.engine ?? 'own') !== 'own') add('engine', options.engine);
  add('profile', options.profile);
  add('users', options.users);
  add('duration', ms(options.duration));
  add('warmup', ms(options.warmup));
  add('arrivals', options.arrivals);
  add('rate', options.rate === undefined ? undefined : `${options.rate}/s`);
  add('mix', options.mix);
  add('chunks', options.chunks);
  add('gap', options.gap);
  add('text', options.text);
  for (const fault of options.fault ?? []) add('fault', fault);
  for (const objective of options.objective ?? []) add('objective', objective);
  if (options.findLimit) words.push('--find-limit');
  add('workers', options.workers);
  add('persistence', options.persistence);
  add('config', options.config);
  if (options.postgres !== 'auto') add('postgres', options.postgres);
  if (options.out !== 'reports/runs') add('out', options.out);
  if (options.allowSkip) words.push('--allow-skip');
  add('seed', seed);
  return words.join(' ');
}

function quote(word: string): string {
  return /^[\w./:,@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
