/**
 * The oracle: every chunk of every answer is known beforehand.
 *
 * A pure function of (seed, attempt, i), O(1), nothing but ECMAScript built-ins, so that the mock LLM, the
 * checkers, k6 scripts and users' unit tests all import this one file.
 *
 * `marked` text carries a watermark `{seed.attempt.i}` (base 36) in almost every chunk, by which a stray chunk
 * tells where it comes from. `natural` text carries none: it shows that the marks hide nothing. Text in the mode of a
 * provider's chunk sizes (see sizes.ts) is natural text cut as that provider cuts, through words and hazards alike;
 * most of its chunks have no room for a mark.
 * All contain, at places the seed decides, the text hazards that real answers hold (see HAZARDS).
 */
import { SIZES, type SizeName, unitsAt } from './sizes.ts';

export type TextMode = 'marked' | 'natural' | SizeName;

/** All of them. */
export const TEXT_MODES: readonly TextMode[] = ['marked', 'natural', ...(Object.keys(SIZES) as SizeName[])];

/** 32-bit finalizer ("lowbias32", Chris Wellons, Hash Prospector, public domain): full avalanche, 2 multiplies. */
export function mix32(x: number): number {
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A 32-bit value for a pair of them; folded, for any row. */
export function mix(a: number, b: number): number {
  return mix32((a ^ Math.imul(mix32(b + 0x9e3779b9), 0x85ebca6b)) >>> 0);
}

const WORDS =
  'the of and a to in is that it was for on are as with his they at be this from have or by one had not but ' +
  'what all were when we there can an your which their said if do will each about how up out them then she ' +
  'many some so these would other into has more her two like him see time could no make than first been its ' +
  'who now people my made over did down only way find use may water long little very after words called just ' +
  'where most know kelp current holdfast tide reef anchor stream token prefix cursor replay durable ' +
  'checkpoint resume latency naïve façade Größe über señor crème 数据 流 言葉 сеть λόγος';
const VOCABULARY = WORDS.split(' ').map((word) => `${word} `);

/** Hazards of one chunk: a piece of text that some layer between LLM and eye is known to mangle. */
const SINGLE: readonly (readonly [name: string, text: string])[] = [
  ['emoji', '🌊 '],
  ['emoji-family', '👨‍👩‍👧‍👦 '],
  ['emoji-flag', '🇺🇳 '],
  ['emoji-skin-tone', '👍🏽 '],
  ['combining-marks', 'Z\u0351\u036b\u0343a\u0308 '],
  ['right-to-left', 'שלום عالم '],
  ['bidi-override', '\u202eright\u202c '],
  ['line-separator', 'one\u2028two\u2029three '],
  ['byte-order-mark', '\ufeffmark '],
  ['crlf', 'line\r\n'],
  ['cr', 'line\r'],
  ['blank-lines', '\n\n\n'],
  ['literal-data-line', '\n\ndata: {"not":"an event"}\n\n'],
  ['literal-event-fields', '\nid: 7\nevent: done\nretry: 1\n'],
  ['literal-done', '\n\ndata: [DONE]\n\n'],
  ['sse-comment', '\n: ping\n'],
  ['code-fence', '\n```sse\nevent: chunk\n```\n'],
  ['json', '{"a":"\\"b\\"","c":[1,2]} '],
  ['backslashes', '\\n \\u0000 \\\\ '],
  ['html', '<script>alert(1)</script>&amp;<b> '],
  ['markdown', '**bold** _it_ [x](y) | a | b |\n'],
  ['non-breaking', 'a\u00a0b\u200bc\u2060d '],
  ['astral', '𝒻𝓊𝓃 𠜎 '],
  ['replacement-character', '\ufffd '],
  ['very-long-line', `${'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(57)} `],
  ['template', '{{seed}} \u0024{a} %s {0} '],
  ['sql', `'; DROP TABLE ai_chat_messages; -- `],
  ['trailing-spaces', 'end   '],
];

/** Hazards that lie across the border of two chunks. */
const PAIRS: readonly (readonly [name: string, head: string, tail: string])[] = [
  ['family-split', '👩‍', '👩‍👦 '],
  ['combining-split', 'e', '\u0301 '],
  ['flag-split', '🇺', '🇳 '],
  ['crlf-split', 'row\r', '\nrow '],
  ['fence-split', '\n``', '`\ncode\n```\n'],
  ['data-line-split', '\n\nda', 'ta: x\n\n'],
];

/** Names of all hazards, for documentation and tests. */
export const HAZARDS: readonly string[] = [
  ...SINGLE.map(([name]) => name),
  ...PAIRS.map(([name]) => name),
  'empty-chunk',
  'identical-chunks',
];

// Of 64 pairs of chunks: 3 split a hazard over their border, 1 is twice the same text, 1 holds an empty chunk,
// 10 hold a hazard of one chunk; the others are words.
const PAIR_KINDS = 64;
const SPLIT_BELOW = 3;
const IDENTICAL = 3;
const EMPTY = 4;
const HAZARD_BELOW = 15;

/** What the chunks of one attempt have in common, worked out once. */
interface Voice {
  seed: number;
  attempt: number;
  /** Of its marks. */
  prefix: string;
  base: number;
  /** The last that was asked for in a provider's sizes. */
  cut: Cut | null;
}

interface Cut {
  mode: SizeName;
  block: number;
  chunks: readonly string[];
}

function voiceOf(seed: number, attempt: number): Voice {
  const prefix = `{${seed.toString(36)}.${attempt.toString(36)}.`;
  return { seed, attempt, prefix, base: mix(seed >>> 0, attempt), cut: null };
}

// Remembering the last saves most of the cost of going through an answer.
let last = voiceOf(0, 0);

/**
 * The text of chunk `i`.
 *
 * @param seed unsigned 32-bit: the seed of the send
 * @param attempt which call of that seed, from 0
 * @param i index of the chunk, from 0
 * @returns a well-formed UTF-16 string, possibly empty; never a NUL, which PostgreSQL cannot store
 */
export function oracle(seed: number, attempt: number, i: number, mode: TextMode = 'marked'): string {
  if (seed !== last.seed || attempt !== last.attempt) last = voiceOf(seed, attempt);
  if (mode === 'marked' || mode === 'natural') return say(last, i, mode);
  const block = Math.floor(i / BLOCK);
  if (last.cut?.mode !== mode || last.cut.block !== block) last.cut = cutBlock(last, block, mode);
  return last.cut.chunks[i % BLOCK]!;
}

/** The same for all chunks of one attempt, for who goes through many answers at once. */
export function oracleOf(seed: number, attempt: number, mode: TextMode = 'marked'): (i: number) => string {
  const voice = voiceOf(seed, attempt);
  if (mode === 'marked' || mode === 'natural') return (i) => say(voice, i, mode);
  return (i) => {
    const block = Math.floor(i / BLOCK);
    if (voice.cut?.block !== block) voice.cut = cutBlock(voice, block, mode);
    return voice.cut.chunks[i % BLOCK]!;
  };
}

/** So many chunks are cut out of one text, so that each can be told without those before it. */
const BLOCK = 16;
/** Chunks of natural text that are kept for a block: more than the longest needs. */
const STRIDE = 4096;
/** One seed draws many things; each has a stream of numbers of its own. */
const SIZE = 0x7369_7a65;

function cutBlock(voice: Voice, block: number, mode: SizeName): Cut {
  const chunks: string[] = [];
  let text = '';
  let next = block * STRIDE;
  for (let i = block * BLOCK; chunks.length < BLOCK; i++) {
    const units = unitsAt(SIZES[mode], mix(mix(voice.base, SIZE), i) / 2 ** 32);
    while (text.length < units) text += say(voice, next++, 'natural');
    // A pair is never cut in two: that is for a fault to do.
    const whole = (text.charCodeAt(units - 1) & 0xfc00) !== 0xd800;
    chunks.push(whole ? text.slice(0, units) : `${text.slice(0, units - 1)} `);
    text = text.slice(whole ? units : units - 1);
  }
  return { mode, block, chunks };
}

function say({ prefix, base }: Voice, i: number, mode: 'marked' | 'natural'): string {
  const pair = mix(base, i >>> 1);
  const kind = pair % PAIR_KINDS;
  const odd = (i & 1) === 1;
  const detail = pair >>> 8;
  if (kind < HAZARD_BELOW) {
    if (kind === IDENTICAL) return VOCABULARY[detail % VOCABULARY.length]!;
    if (kind === EMPTY && odd) return '';
    if (kind < SPLIT_BELOW) {
      const [, head, tail] = PAIRS[detail % PAIRS.length]!;
      if (mode === 'natural') return odd ? tail : head;
      // The mark stands on the outer side, so that the border itself stays as the hazard has it.
      return odd ? `${tail}${prefix}${i.toString(36)}}` : `${prefix}${i.toString(36)}}${head}`;
    }
    if (kind > EMPTY && odd === ((pair & 0x80) !== 0)) {
      const text = SINGLE[detail % SINGLE.length]![1];
      return mode === 'natural' ? text : `${prefix}${i.toString(36)}}${text}`;
    }
  }
  const word = VOCABULARY[mix32(pair + (odd ? 0x5bd1e995 : 0)) % VOCABULARY.length]!;
  return mode === 'natural' ? word : `${prefix}${i.toString(36)}}${word}`;
}

/** The text of chunks `from` (inclusive) to `to` (exclusive). */
export function oracleText(
  seed: number,
  attempt: number,
  to: number,
  mode: TextMode = 'marked',
  from = 0,
): string {
  let text = '';
  for (let i = from; i < to; i++) text += oracle(seed, attempt, i, mode);
  return text;
}

/** Where a piece of marked text says it comes from. */
export interface Mark {
  seed: number;
  attempt: number;
  i: number;
  /** Offset of the mark in the text searched. */
  at: number;
}

const MARK = /\{([0-9a-z]{1,7})\.([0-9a-z]{1,4})\.([0-9a-z]{1,6})\}/g;

/** All watermarks in a text, in order of appearance. */
export function* marks(text: string): Generator<Mark> {
  for (const match of text.matchAll(MARK)) {
    yield {
      seed: Number.parseInt(match[1]!, 36),
      attempt: Number.parseInt(match[2]!, 36),
      i: Number.parseInt(match[3]!, 36),
      at: match.index,
    };
  }
}
