/** Numbers drawn by the inverse of a distribution function that is given by some of its quantiles. */
import { mix } from '../oracle.ts';

/** Rising pairs of probability and value, from 0 to 1; values above 0. */
export type Quantiles = readonly (readonly [p: number, value: number])[];

/** The value at `p`; between two quantiles on a straight line through their logarithms, as tails are long. */
export function valueAt(quantiles: Quantiles, p: number): number {
  const above = Math.max(
    1,
    quantiles.findIndex(([q]) => q >= p),
  );
  const [p0, low] = quantiles[above - 1]!;
  const [p1, high] = quantiles[above]!;
  return low * (high / low) ** ((p - p0) / (p1 - p0));
}

/** The same for the same numbers. */
export function draw(quantiles: Quantiles, seed: number, i: number): number {
  return valueAt(quantiles, mix(seed, i) / 2 ** 32);
}
