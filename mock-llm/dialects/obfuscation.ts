/** The padding of random length that OpenAI adds to deltas, so that their sizes tell nobody their text. */
import { mix } from '../oracle.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LONGEST = 16;

/** The same for the same answer and chunk, so that the same seed gives the same bytes. */
export function obfuscation(name: string, i: number): string {
  let own = 0;
  for (let at = 0; at < name.length; at++) own = mix(own, name.charCodeAt(at));
  const length = mix(own, i) % LONGEST;
  let text = '';
  for (let at = 0; at < length; at++) text += ALPHABET[mix(own, i * LONGEST + at + 1) % ALPHABET.length];
  return text;
}
