/** What is said of a name that is not known: beside a list of a hundred, the one that was probably meant. */
import { HoldfastError } from './errors.ts';

/** @param known all that there is of this kind */
export function unknownName(kind: string, name: string, known: readonly string[]): HoldfastError {
  const near = nearest(name, known);
  return new HoldfastError('HF_UNKNOWN_NAME', {
    kind,
    name,
    meant: near === undefined ? '' : ` (did you mean ${near}?)`,
    known: known.join(', ') || 'none',
  });
}

/** The known name that takes the fewest slips to come to; undefined where it would be another word. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((each) => ({ each, slips: slips(name, each) }))
    .filter(({ each, slips }) => slips <= Math.min(name.length, each.length) / 3)
    .sort((a, b) => a.slips - b.slips);
  return best?.each;
}

/** Letters put in, left out or exchanged on the way from one to the other (Levenshtein). */
function slips(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min(row[j]! + Number(letter !== other), row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
}
