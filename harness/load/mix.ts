/** What users do, by weight: `stay=60,refresh=10,cut=15`. */
import { HoldfastError } from '../errors.ts';
import type { Draw } from '../runs/draw.ts';
import { unknownName } from '../unknown-name.ts';

/** Weights by id of a behaviour; they need not add up to anything. */
export type Mix = Readonly<Record<string, number>>;

export const DEFAULT_MIX: Mix = {
  stay: 60,
  refresh: 10,
  cut: 15,
  poll: 5,
  switch: 5,
  'second-tab': 3,
  stop: 2,
};

const WEIGHT = /^\d{1,6}(\.\d{1,3})?$/;

/**
 * @param known ids of behaviours
 * @throws HF_USAGE, HF_UNKNOWN_NAME
 */
export function parseMix(text: string, known: readonly string[]): Mix {
  const mix: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [name = '', weight = ''] = part.split('=').map((word) => word.trim());
    if (!known.includes(name)) throw unknownName('behaviour', name, known);
    if (!WEIGHT.test(weight))
      throw usage(`--mix takes a weight for each behaviour, as stay=60,cut=40, not "${part}"`);
    if (name in mix) throw usage(`--mix names ${name} twice`);
    mix[name] = Number(weight);
  }
  if (!Object.values(mix).some((weight) => weight > 0)) throw usage('--mix needs a weight above 0');
  return mix;
}

export function drawBehaviour(mix: Mix, draw: Draw): string {
  const entries = Object.entries(mix).filter(([, weight]) => weight > 0);
  const whole = entries.reduce((sum, [, weight]) => sum + weight, 0);
  let point = (draw.number() / 2 ** 32) * whole;
  for (const [name, weight] of entries) {
    point -= weight;
    if (point < 0) return name;
  }
  return entries.at(-1)![0];
}

function usage(what: string): HoldfastError {
  return new HoldfastError('HF_USAGE', { what, command: 'load' });
}
