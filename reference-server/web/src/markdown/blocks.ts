/**
 * Markdown in blocks (paragraphs, lists, code, …), so that a text that grows costs what is added, not what is there:
 * only its last blocks can still change.
 */
import { Lexer, type Token, type Tokens } from 'marked';

export type Block = TextBlock | CodeBlock;

interface TextBlock {
  kind: 'text';
  /** Markdown */
  source: string;
}

export interface CodeBlock {
  kind: 'code';
  code: string;
  language: string;
  /** Nothing can be added to it. */
  isClosed: boolean;
}

export interface Blocks {
  text: string;
  list: readonly Block[];
  /** How many of the list, and how much of the text, nothing that follows can change. */
  settled: { blocks: number; length: number };
  /** The last block is code whose fence is not closed: what comes is most likely more of it. */
  fence: Fence | null;
}

interface Fence {
  /** Where the code begins in the text. */
  begin: number;
  closing: RegExp;
}

/** UTF-16 units. A longer block is cut, so that one that never ends does not become ever more expensive. */
const LONGEST = 4_000;

/** @param before of the same text when it was shorter */
export function blocksOf(source: string, before?: Blocks): Blocks {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  if (before?.text === text) return before;
  const known = before && text.startsWith(before.text) ? before : undefined;
  return (known && moreCode(text, known)) ?? lexed(text, known);
}

/** Without looking again at the code that is there. */
function moreCode(text: string, known: Blocks): Blocks | undefined {
  const { fence, list } = known;
  if (!fence) return undefined;
  const line = known.text.lastIndexOf('\n') + 1;
  if (fence.closing.test(text.slice(Math.max(line, fence.begin)))) return undefined;
  const code = text.slice(fence.begin, text.endsWith('\n') ? -1 : undefined);
  return { ...known, text, list: [...list.slice(0, -1), { ...(list.at(-1) as CodeBlock), code }] };
}

function lexed(text: string, known: Blocks | undefined): Blocks {
  let settled = known?.settled ?? { blocks: 0, length: 0 };
  const list = known?.list.slice(0, settled.blocks) ?? [];
  let at = settled.length;
  const tokens = new Lexer({ gfm: true }).blockTokens(text.slice(at), []);
  // A list may go on behind a blank line, a paragraph become a heading: the last two blocks can still change.
  const open = tokens.filter(({ type }) => type !== 'space').slice(-2);
  let isSettled = true;
  for (const token of tokens) {
    if (token === open[0]) isSettled = false;
    const begin = text.indexOf(token.raw, at);
    if (begin >= 0) at = begin + token.raw.length;
    if (token.type === 'space') continue;
    const blocks = cut(token);
    list.push(...blocks);
    if (begin < 0) continue;
    if (isSettled) settled = { blocks: list.length, length: at };
    else if (token === open.at(-1) && blocks.length > 1)
      settled = { blocks: list.length - 1, length: at - (blocks.at(-1) as TextBlock).source.length };
  }
  const last = open.at(-1);
  return { text, list, settled, fence: last ? fenceOf(last, at - last.raw.length) : null };
}

function cut(token: Token): Block[] {
  if (token.type === 'code') return [codeOf(token as Tokens.Code)];
  // A table has its head at its beginning only.
  if (token.raw.length <= LONGEST || token.type === 'table') return [{ kind: 'text', source: token.raw }];
  const parts =
    token.type === 'list' ? (token as Tokens.List).items.map(({ raw }) => raw) : pieces(token.raw);
  return gathered(parts).map((source) => ({ kind: 'text', source }));
}

/** In pieces that end at a line, or at least at a word. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (text.length - at > LONGEST) {
    const line = text.lastIndexOf('\n', at + LONGEST);
    const place = line > at ? line : text.lastIndexOf(' ', at + LONGEST);
    const next = place > at ? place + 1 : at + LONGEST;
    found.push(text.slice(at, next));
    at = next;
  }
  return [...found, text.slice(at)];
}

/** Items of a list are not torn apart: within them there may be code. */
function gathered(parts: readonly string[]): string[] {
  const found: string[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last !== undefined && last.length + part.length <= LONGEST) found[found.length - 1] = last + part;
    else found.push(part);
  }
  return found;
}

function codeOf({ text, lang = '', raw }: Tokens.Code): CodeBlock {
  return { kind: 'code', code: text, language: lang.split(/\s/)[0]!, isClosed: isClosed(raw) };
}

/** Only finished code is coloured: while it grows its colours would jump. */
export function isClosed(fence: string): boolean {
  return /\n {0,3}(```|~~~)[`~]*\s*$/.test(fence);
}

/** Of code that is fenced, not closed, and not indented, which would have to be taken away from each line. */
function fenceOf({ type, raw }: Token, begin: number): Fence | null {
  const opening = type === 'code' && !isClosed(raw) ? /^(`{3,}|~{3,})[^\n]*\n/.exec(raw) : null;
  if (!opening) return null;
  return { begin: begin + opening[0].length, closing: new RegExp(`^ {0,3}${opening[1]}`, 'm') };
}
