/** Small pieces that several sections use. */
import type { CheckVerdict } from '../../harness/checkers/checker.ts';
import { MARK, WORD } from '../words.ts';
import { html, type Markup } from './markup.ts';

/** A mark and its word: never colour alone. */
export function verdictMark(verdict: CheckVerdict, word: string = WORD[verdict]): Markup {
  return html`<span class="tag ${verdict}"><span aria-hidden="true">${MARK[verdict]}</span> ${word}</span>`;
}

/** What may be wider than the page scrolls by itself, also by keyboard. */
export function scroller(label: string, content: Markup): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${content}</div>`;
}
