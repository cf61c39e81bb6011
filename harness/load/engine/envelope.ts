/**
 * What stands around the text in the frames of one stream. Who knows which piece comes next then knows the very bytes
 * that it comes in, and finds it by comparing them: nothing is decoded, parsed or made of a frame that is as expected.
 * All others are read as ever.
 *
 *     data: {"id":"x","choices":[{"delta":{"content":"the "}}]}⏎⏎
 *     └──────────────── before ──────────────────────┘      └ after ┘
 */
import type { Target } from '../../targets/target.ts';
import { createFrameReader } from '../../wire/frame-reader.ts';
import type { Frame, Meaning } from '../../wire/frames.ts';
import { ownBytes } from '../../wire/own-bytes.ts';

const QUOTE = 0x22;
/** What JSON writes as it is, a byte a unit. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** Says what the words around a text do to any other: among it what JSON escapes, and what takes more than a byte. */
const PROBE = 'probe "\\\n\u2028🌊 ';

export class Envelope {
  /** `before`, and behind it `after`. */
  private readonly words: Buffer;
  private readonly before: number;

  constructor(before: string, after: string) {
    this.words = ownBytes(Buffer.from(before + after));
    this.before = Buffer.byteLength(before);
  }

  /**
   * @param to end of the bytes that came, exclusive
   * @returns where the frame ends that begins at `from` and says this text; -1 where something else begins there
   */
  end(text: string, bytes: Buffer, from: number, to: number): number {
    const { words, before } = this;
    const after = words.length - before;
    if (from + words.length + text.length + 2 > to) return -1;
    // First what differs where another frame came: mostly that is the text.
    const end = endOfJson(text, bytes, from + before, to);
    if (end === -1 || end + after > to) return -1;
    if (!isSame(words, 0, before, bytes, from) || !isSame(words, before, words.length, bytes, end)) return -1;
    return end + after;
  }
}

function isSame(words: Buffer, from: number, to: number, bytes: Buffer, at: number): boolean {
  return words.compare(bytes, at, at + to - from, from, to) === 0;
}

/** Where the text as JSON ends that begins at `from`; -1 where something else does. */
function endOfJson(text: string, bytes: Buffer, from: number, to: number): number {
  if (!PLAIN.test(text)) return endOfBytes(Buffer.from(JSON.stringify(text)), bytes, from, to);
  const end = from + text.length + 2;
  if (end > to || bytes[from] !== QUOTE || bytes[end - 1] !== QUOTE) return -1;
  return bytes.toString('latin1', from + 1, end - 1) === text ? end : -1;
}

function endOfBytes(expected: Buffer, bytes: Buffer, from: number, to: number): number {
  const end = from + expected.length;
  return end <= to && expected.compare(bytes, from, end) === 0 ? end : -1;
}

/**
 * What stands around the text of this frame, which means nothing but that text.
 *
 * @returns null where the target does not say, or where what it says does not hold
 */
export function envelopeOf(target: Target, frame: Frame, text: string): Envelope | null {
  const around = target.around?.(frame, text);
  if (!around) return null;
  const { before, after } = around;
  const write = (piece: string) => Buffer.from(before + JSON.stringify(piece) + after);
  if (!frame.bytes.equals(write(text))) return null;
  const meanings: Meaning[] = [];
  try {
    createFrameReader(target.framing, (each) => void meanings.push(target.decode(each))).read(
      write(PROBE),
      0,
      write(PROBE).length,
    );
  } catch {
    return null;
  }
  const [only] = meanings;
  return meanings.length === 1 && textOnly(only!) === PROBE ? new Envelope(before, after) : null;
}

/** The text that it brings; null where it means something else as well, or instead. */
export function textOnly(meaning: Meaning): string | null {
  const { text, cursor, terminal, reset, message } = meaning;
  if (text?.how !== 'append') return null;
  return (cursor ?? terminal ?? reset ?? message) === undefined ? text.text : null;
}
