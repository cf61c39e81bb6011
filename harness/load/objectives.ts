/** What a run must reach, as it is written: `p99(recovery) < 500ms`, `lost == 0`, `goodput > 0.99`. */
import { HoldfastError } from '../errors.ts';

/** Figures that are order statistics of a latency, and those that are numbers. */
export const LATENCIES = [
  'first-chunk',
  'recovery',
  'outage',
  'chunk-gap',
  'switch',
  'stop',
  'lateness',
  // Of short requests, from asking to the whole answer.
  'status',
  'revalidate',
  'messages',
  'sessions',
  'replay',
] as const;
export const NUMBERS = ['lost', 'failed', 'refused', 'goodput', 'visits'] as const;

export type Figure =
  | { of: 'latency'; name: (typeof LATENCIES)[number]; at: number | 'max' | 'mean' }
  | { of: 'number'; name: (typeof NUMBERS)[number] };

export interface Objective {
  text: string;
  figure: Figure;
  comparison: '<' | '<=' | '==' | '>=' | '>';
  /** ms for latencies. */
  limit: number;
}

const OBJECTIVE =
  /^\s*(?:(p\d{1,2}(?:\.\d{1,3})?|max|mean)\(([a-z-]+)\)|([a-z-]+))\s*(<=|>=|==|<|>)\s*([\d.]+)(ms|s)?\s*$/;

/** @throws HF_USAGE */
export function parseObjective(text: string): Objective {
  const usage = (what: string) =>
    new HoldfastError('HF_USAGE', {
      what: `${what} in --objective '${text}'; it takes such as 'p99(recovery) < 500ms', 'lost == 0', 'goodput > 0.99'`,
      command: 'load',
    });
  const match = OBJECTIVE.exec(text);
  if (!match) throw usage('there is something that cannot be read');
  const [, statistic, latency, number, comparison, value, unit] = match;
  const limit = Number(value);
  if (Number.isNaN(limit)) throw usage(`"${value}" is no number`);
  const common = { text: text.trim(), comparison: comparison as Objective['comparison'] };
  if (statistic !== undefined) {
    const name = LATENCIES.find((known) => known === latency);
    if (!name) throw usage(`there is no latency "${latency}" (known: ${LATENCIES.join(', ')})`);
    if (unit === undefined) throw usage('a latency needs a unit, ms or s,');
    const at = statistic === 'max' || statistic === 'mean' ? statistic : Number(statistic.slice(1)) / 100;
    return { ...common, figure: { of: 'latency', name, at }, limit: unit === 's' ? limit * 1_000 : limit };
  }
  const name = NUMBERS.find((known) => known === number);
  if (!name) throw usage(`there is no figure "${number}" (known: ${NUMBERS.join(', ')})`);
  if (unit !== undefined) throw usage(`${name} has no unit`);
  return { ...common, figure: { of: 'number', name }, limit };
}
