/**
 * When users come. In a closed loop a number of users is always there: who has finished comes again at once. In an open
 * loop they come by the clock, whether or not the system has dealt with those before: so its slowness cannot slow the
 * load that shows it.
 */
import { createDraw, type Draw } from '../runs/draw.ts';

export type Arrivals =
  | { kind: 'closed' }
  /** Evenly. */
  | { kind: 'constant'; rate: number }
  /** Independently of each other. */
  | { kind: 'poisson'; rate: number }
  /** In bursts: gaps between users have this coefficient of variation (1 would be poisson). */
  | { kind: 'gamma'; rate: number; cv: number }
  /** Evenly: `rate` a second until `at` ms, `to` a second from then on. */
  | { kind: 'step'; rate: number; to: number; at: number }
  /** Evenly, the rate growing from `rate` to `to` a second until the end. */
  | { kind: 'ramp'; rate: number; to: number }
  /** ms from the start, as recorded. */
  | { kind: 'trace'; times: readonly number[] };

/** The kinds that a name alone tells; the others need more than a rate. */
export const ARRIVALS = ['closed', 'constant', 'poisson', 'gamma', 'step', 'ramp', 'trace'] as const;

/** Intended starts (ms from the start) of an open loop, in their order, for `length` ms. The same for the same seed. */
export function* startsOf(
  arrivals: Exclude<Arrivals, { kind: 'closed' }>,
  seed: number,
  length: number,
): Generator<number> {
  if (arrivals.kind === 'trace') {
    for (const time of arrivals.times) if (time < length) yield time;
    return;
  }
  const draw = createDraw(seed);
  let at = 0;
  for (;;) {
    at += gapOf(arrivals, draw, at, length);
    if (at >= length) return;
    yield at;
  }
}

/** ms to the next user. */
function gapOf(
  arrivals: Exclude<Arrivals, { kind: 'closed' | 'trace' }>,
  draw: Draw,
  at: number,
  length: number,
): number {
  const mean = 1_000 / arrivals.rate;
  switch (arrivals.kind) {
    case 'constant':
      return mean;
    case 'poisson':
      return -Math.log(chance(draw)) * mean;
    case 'gamma':
      return gamma(draw, 1 / arrivals.cv ** 2) * mean * arrivals.cv ** 2;
    case 'step':
      return gapOverStep(arrivals, at);
    case 'ramp':
      return gapOnRamp(arrivals, at, length);
  }
}

/** One user is due: what is not due by the time of the step comes at the new rate. */
function gapOverStep({ rate, to, at: stepsAt }: Extract<Arrivals, { kind: 'step' }>, at: number): number {
  if (at >= stepsAt) return 1_000 / to;
  const before = Math.min(1, ((stepsAt - at) * rate) / 1_000);
  return (before * 1_000) / rate + ((1 - before) * 1_000) / to;
}

/** One user is due by the area under the rate, which grows (or falls) meanwhile. Infinite where it is never. */
function gapOnRamp({ rate, to }: Extract<Arrivals, { kind: 'ramp' }>, at: number, length: number): number {
  const growth = (to - rate) / length;
  const now = rate + growth * at;
  const root = now ** 2 + 2_000 * growth;
  return root < 0 ? Number.POSITIVE_INFINITY : 2_000 / (now + Math.sqrt(root));
}

/** Above 0, below 1. */
function chance(draw: Draw): number {
  return (draw.number() + 0.5) / 2 ** 32;
}

function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(chance(draw))) * Math.cos(2 * Math.PI * chance(draw));
}

/** Of mean `shape` (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000). */
function gamma(draw: Draw, shape: number): number {
  if (shape < 1) return gamma(draw, shape + 1) * chance(draw) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(draw);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(chance(draw)) < 0.5 * x ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
