/** Text of unknown origin, made fit to be shown: nothing invisible, nothing that moves a cursor, no longer than wanted. */

// Control, format (bidi marks, zero width, BOM) and lone surrogate characters; line and paragraph separators.
// Joiners inside an emoji are format characters as well, and shown as escapes: a report must not hide them.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text with every character that cannot be seen written as an escape. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (c) => NAMED[c] ?? escapeOf(c.codePointAt(0)!));
}

function escapeOf(code: number): string {
  const hex = code.toString(16);
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u;

const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that a text takes on a terminal; an estimate for what terminals disagree about. */
export function columns(text: string): number {
  // Segmenting costs a hundred times as much, and most texts are plain.
  return PLAIN.test(text) ? text.length : widthOf(split(text));
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** The text in at most `width` columns; what is too long loses its middle, because both ends tell something. */
export function shorten(text: string, width: number): string {
  // What cannot fit is not measured as a whole: an answer may be a megabyte.
  const ends = 8 * width + 32;
  const long = text.length > 2 * ends;
  if (text.length * 2 <= width || (!long && PLAIN.test(text) && text.length <= width)) return text;
  const parts = long ? [...split(text.slice(0, ends)), ...split(text.slice(-ends))] : split(text);
  if (!long && widthOf(parts) <= width) return text;
  if (width < 1) return '';
  const head = take(parts, Math.ceil((width - 1) * 0.6)).join('');
  const tail = take(parts.toReversed(), width - 1 - columns(head));
  return `${head}…${tail.reverse().join('')}`;
}

interface Part {
  text: string;
  width: number;
}

function split(text: string): Part[] {
  return Array.from(graphemes.segment(text), ({ segment }) => ({
    text: segment,
    width: WIDE.test(segment) ? 2 : 1,
  }));
}

function widthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.width, 0);
}

function take(parts: readonly Part[], width: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const part of parts) {
    used += part.width;
    if (used > width) break;
    taken.push(part.text);
  }
  return taken;
}

/** Wraps at spaces; a word longer than a line is broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && columns(line) + 1 + columns(rest) > width) {
      lines.push(line);
      line = '';
    }
    while (columns(rest) > width) {
      const head = take(split(rest), width).join('') || rest;
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines;
}

/** The text behind `lead`, wrapped; further lines stand under its first word. @param width columns of it all */
export function hang(lead: string, text: string, width: number): string {
  const indent = columns(lead);
  return lead + wrap(text, Math.max(20, width - indent)).join(`\n${' '.repeat(indent)}`);
}

/** 3 significant figures below 1000, whole ones above: 0.123, 4.56, 78.9, 1234. */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) return String(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

export function withUnit(value: number, unit: string): string {
  return unit === 'ratio' ? figure(value) : `${figure(value)} ${unit}`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** 1 play, 2 plays. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
