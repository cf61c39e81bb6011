/**
 * Markdown in blocks (paragraphs, lists, code, …), so that a text that grows costs what is added, not what is there:
 * only its last blocks can still change.
 */
import createDOMPurify from 'dompurify';
import { Lexer, Marked } from 'marked';
import { highlighted } from './highlight.ts';

export interface Block {
  kind: 'block' | 'code';
  /** Markdown; of a piece of code that is too long for one block, the code itself. */
  source: string;
}

export interface Blocks {
  text: string;
  list: Block[];
  /** How many of the list, and how much of the text, nothing that follows can change. */
  settled: { blocks: number; length: number };
}

/** A longer block is cut, so that one that never ends does not become ever more expensive. */
const LONGEST = 8_000;

/** @param before of the same text when it was shorter */
export function blocksOf(source: string, before?: Blocks): Blocks {
  const text = source.replace(/\r\n?/g, '\n');
  if (before?.text === text) return before;
  const known = before && text.startsWith(before.text) ? before : undefined;
  const settled = known?.settled ?? { blocks: 0, length: 0 };
  const list = known?.list.slice(0, settled.blocks) ?? [];
  const tokens = new Lexer({ gfm: true }).blockTokens(text.slice(settled.length), []);
  let at = settled.length;
  let lasting = settled;
  // A list may go on behind a blank line, a paragraph become a heading: the last two blocks can still change.
  const open = tokens.filter(({ type }) => type !== 'space').slice(-2);
  let isOpen = false;
  for (const token of tokens) {
    if (token === open[0]) isOpen = true;
    const begin = text.indexOf(token.raw, at);
    if (begin >= 0) at = begin + token.raw.length;
    if (token.type === 'space') continue;
    list.push(...cut(token.type === 'code' ? { ...token, text: token.text } : token));
    if (!isOpen && begin >= 0) lasting = { blocks: list.length, length: at };
  }
  return { text, list, settled: lasting };
}

function cut(token: { type: string; raw: string; text?: string }): Block[] {
  const { type, raw } = token;
  if (raw.length <= LONGEST || type === 'table') return [{ kind: 'block', source: raw }];
  return type === 'code'
    ? pieces(token.text ?? raw, '\n').map((source) => ({ kind: 'code', source }))
    : pieces(raw, ' ').map((source) => ({ kind: 'block', source }));
}

/** In pieces that end at a line, or at least at a place of this kind. */
function pieces(text: string, place: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (text.length - at > LONGEST) {
    const line = text.lastIndexOf('\n', at + LONGEST);
    const end = line > at ? line : text.lastIndexOf(place, at + LONGEST);
    const next = end > at ? end + 1 : at + LONGEST;
    found.push(text.slice(at, next));
    at = next;
  }
  return [...found, text.slice(at)];
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character]!);

const marked = new Marked({
  gfm: true,
  renderer: {
    // What a model writes is text. Nothing of it is markup of this page, and nothing is fetched from elsewhere.
    html: ({ text }) => escaped(text),
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    code: ({ text, lang, raw }) =>
      `<pre tabindex="0"><code>${isClosed(raw) ? highlighted(text, lang) : escaped(text)}</code></pre>`,
  },
});

/** Only finished code is coloured: while it grows its colours would jump. */
function isClosed(fence: string): boolean {
  return /\n {0,3}(```|~~~)[`~]*\s*$/.test(fence);
}

const purify = createDOMPurify(window);
purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});

/** Blocks that were rendered before: a conversation that is shown again costs no more than its HTML. */
const rendered = new Map<string, string>();
const REMEMBERED = 4_000;

export function htmlOf({ kind, source }: Block): string {
  if (kind === 'code') return `<pre tabindex="0"><code>${escaped(source)}</code></pre>`;
  const known = rendered.get(source);
  if (known !== undefined) return known;
  const html = purify.sanitize(marked.parse(source, { async: false }));
  if (rendered.size >= REMEMBERED) rendered.delete(rendered.keys().next().value!);
  rendered.set(source, html);
  return html;
}
