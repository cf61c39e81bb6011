/** How many connections each doing has: by weight, and one at least. */
import type { Mix } from '../../mix.ts';

/** @param users at least as many as doings with a weight */
export function sharesOf(users: number, mix: Mix, ids: readonly string[]): Record<string, number> {
  const wanted = ids.filter((id) => (mix[id] ?? 0) > 0);
  const total = wanted.reduce((sum, id) => sum + mix[id]!, 0);
  const shares = Object.fromEntries(
    wanted.map((id) => [id, Math.max(1, Math.floor((users * mix[id]!) / total))]),
  );
  const given = () => Object.values(shares).reduce((sum, share) => sum + share, 0);
  // What rounding left over, and what the smallest took, is settled with the largest.
  const largest = wanted.toSorted((a, b) => shares[b]! - shares[a]!);
  for (let i = 0; given() !== users && wanted.length > 0; i++) {
    const id = largest[i % largest.length]!;
    if (given() < users) shares[id]! += 1;
    else if (shares[id]! > 1) shares[id]! -= 1;
  }
  return shares;
}
