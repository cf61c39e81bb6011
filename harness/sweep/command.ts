/** The command that repeats a sweep, or one of its points. */
import { runner } from '../runs/command.ts';
import { crashStates } from './crash-points.ts';
import { cutStyles } from './cut-points.ts';
import { ways } from './point.ts';
import type { SweepOptions } from './sweep.ts';

export const DEFAULTS = {
  chunks: 60,
  styles: [...cutStyles],
  ways: [...ways],
  cuts: [1, 2, 3],
  crashes: [...crashStates],
  jobs: 48,
};

export function sweepCommand(options: SweepOptions & { seed: number }): string {
  const words = [runner('sweep')];
  const add = (name: string, value: unknown, usual?: unknown) => {
    if (value !== undefined && String(value) !== String(usual)) words.push(`--${name} ${value}`);
  };
  add('point', options.point);
  add('chunks', options.chunks, DEFAULTS.chunks);
  add('styles', options.styles, DEFAULTS.styles);
  add('ways', options.ways, DEFAULTS.ways);
  add('cuts', options.cuts, DEFAULTS.cuts);
  add('crashes', options.crashes, DEFAULTS.crashes);
  add('seed', options.seed);
  add('jobs', options.jobs, DEFAULTS.jobs);
  add('persistence', options.persistence);
  add('postgres', options.postgres, 'auto');
  add('config', options.config);
  add('out', options.out, 'reports/runs');
  return words.join(' ');
}
