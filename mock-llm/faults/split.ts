/** Where texts and bytes can be cut. */

const HIGH = /[\ud800-\udbff]$/;

/** Two halves, with no surrogate pair broken. */
export function splitString(text: string): [string, string] {
  const middle = text.length >> 1;
  const at = HIGH.test(text.slice(0, middle)) ? middle + 1 : middle;
  return [text.slice(0, at), text.slice(at)];
}

/** Cut inside the first character of several bytes; null where there is none. */
export function splitCharacter(text: string): [Uint8Array, Uint8Array] | null {
  const bytes = new TextEncoder().encode(text);
  const lead = bytes.findIndex((byte) => byte >= 0x80);
  return lead < 0 ? null : [bytes.subarray(0, lead + 1), bytes.subarray(lead + 1)];
}

/** Cut inside the first surrogate pair; null where there is none. */
export function splitPair(text: string): [string, string] | null {
  const high = text.search(/[\ud800-\udbff][\udc00-\udfff]/);
  return high < 0 ? null : [text.slice(0, high + 1), text.slice(high + 1)];
}

/** The first chunk from `at` on of which `is` holds; null where there is none. */
export function firstChunk(
  at: number,
  chunks: number,
  text: (i: number) => string,
  is: (text: string) => boolean,
): number | null {
  for (let i = at; i < chunks; i++) if (is(text(i))) return i;
  return null;
}
