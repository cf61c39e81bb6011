/**
 * Code that grows, in pieces of whole lines: what is added changes the last piece only, each piece is laid out by
 * itself, and coloured once it cannot change any more.
 */
import { afterOthers } from '../../client/turns.ts';
import type { CodeBlock } from './blocks.ts';
import { highlighted, isKnown } from './highlight.ts';

/** UTF-16 units of a piece, if it has lines to end at. */
const SHORTEST = 1_500;
const LONGEST = 3_000;

interface Piece {
  element: HTMLElement;
  text: string;
}

export class CodeView {
  readonly element = document.createElement('div');
  readonly #code = document.createElement('code');
  #shown = '';
  #language = '';
  /** Where the last piece begins. */
  #begin = 0;
  #last: Piece = newPiece();

  constructor() {
    this.element.className = 'block code';
    const pre = document.createElement('pre');
    // It scrolls, so it must be reachable by keyboard.
    pre.tabIndex = 0;
    pre.append(this.#code);
    this.#code.append(this.#last.element);
    this.element.append(pre);
  }

  show({ code, language, isClosed }: CodeBlock): void {
    if (language !== this.#language || !code.startsWith(this.#shown.slice(0, this.#begin)))
      this.#reset(language);
    for (let end = endOf(code, this.#begin); end > 0; end = endOf(code, this.#begin)) {
      fill(this.#last, code.slice(this.#begin, end));
      this.#colour(this.#last);
      this.#begin = end;
      this.#last = newPiece();
      this.#code.append(this.#last.element);
    }
    fill(this.#last, code.slice(this.#begin));
    if (isClosed) this.#colour(this.#last);
    this.#shown = code;
  }

  #reset(language: string): void {
    this.#language = language;
    this.#begin = 0;
    this.#last = newPiece();
    this.#code.replaceChildren(this.#last.element);
    if (isKnown(language)) this.element.dataset.language = language;
  }

  #colour(piece: Piece): void {
    if (!isKnown(this.#language)) return;
    // The most there is of code is short, and has its colours when it is first seen.
    if (piece === this.#last && this.#begin === 0) colour(piece, this.#language);
    else colourSoon(piece, this.#language);
  }
}

function newPiece(): Piece {
  const element = document.createElement('span');
  element.append(new Text());
  return { element, text: '' };
}

function fill(piece: Piece, text: string): void {
  const node = piece.element.firstChild;
  if (node instanceof Text && piece.element.childNodes.length === 1) {
    if (text.startsWith(piece.text)) node.appendData(text.slice(piece.text.length));
    else node.data = text;
  } else if (text !== piece.text) piece.element.replaceChildren(new Text(text));
  piece.text = text;
}

/** Where the piece that begins here ends; 0 where that cannot be told yet. Told the same whatever follows. */
function endOf(code: string, begin: number): number {
  if (code.length - begin <= LONGEST) return 0;
  const latest = code.slice(begin, begin + LONGEST);
  // Before a line that is not indented, behind an empty one, hardly anything is open that colours depend on.
  for (const place of [/\n\n(?=\S)/g, /\n(?=\S)/g, /\n/g]) {
    let end = 0;
    for (const { 0: found, index } of latest.matchAll(place)) end = index + found.length;
    if (end >= SHORTEST) return begin + end;
  }
  return begin + LONGEST;
}

const waiting: { piece: Piece; language: string }[] = [];
let isColouring = false;

/** One after another, and others in between: colours may come a moment later, the page must not stand still for them. */
function colourSoon(piece: Piece, language: string): void {
  waiting.push({ piece, language });
  if (!isColouring) void colourWaiting();
}

async function colourWaiting(): Promise<void> {
  isColouring = true;
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    await afterOthers();
    colour(next.piece, next.language);
  }
  isColouring = false;
}

function colour({ element, text }: Piece, language: string): void {
  // Made of the code by the highlighter, which escapes it.
  element.innerHTML = highlighted(text, language);
}
