/** What a seed decides, drawn in a fixed order. */
import { mix, mix32 } from '../../mock-llm/oracle.ts';

export interface Draw {
  /** An unsigned 32-bit number. */
  number(): number;
  /**
   * A whole number, both ends included.
   *
   * @throws RangeError where there is none
   */
  between(min: number, max: number): number;
  oneOf<T>(choices: readonly T[]): T;
}

export const BOUNDARIES = ['low', 'high'] as const;

/** Where an implementation breaks first, and where a seed seldom leads: the ends of what may be drawn. */
export type Boundary = (typeof BOUNDARIES)[number];

/** @param boundary what is drawn between two ends is the one or the other; all else follows from the seed as ever */
export function createDraw(seed: number, boundary?: Boundary): Draw {
  let drawn = 0;
  const number = () => mix(seed, drawn++);
  const between = (min: number, max: number) => {
    if (!(min <= max)) throw new RangeError(`nothing can be drawn between ${min} and ${max}`);
    const random = min + (number() % (max - min + 1));
    return boundary === undefined ? random : boundary === 'low' ? min : max;
  };
  return { number, between, oneOf: (choices) => choices[number() % choices.length]! };
}

/** A seed for a name, so that adding a scenario changes nothing for the others. */
export function seedOf(seed: number, ...names: (string | number)[]): number {
  let hash = mix32(seed >>> 0);
  for (const name of names) {
    for (const unit of `${name}/`) hash = mix(hash, unit.codePointAt(0)!);
  }
  return hash;
}
