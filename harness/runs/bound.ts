/**
 * The 95 % upper confidence bound of a probability that showed itself 0 times in `n` independent tries
 * (Clopper and Pearson, one-sided); about 3/n.
 */
export function upperBoundOfZero(n: number): number {
  return 1 - 0.05 ** (1 / n);
}
