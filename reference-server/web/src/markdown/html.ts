/** A block of Markdown as nodes. What a model writes is text: nothing of it is markup or a script of this page. */
import createDOMPurify from 'dompurify';
import { Marked, Renderer, type Tokens } from 'marked';
import { isClosed } from './blocks.ts';
import { highlighted } from './highlight.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => escapes[character]!);

const marked = new Marked({
  gfm: true,
  renderer: {
    // Nothing is fetched from elsewhere.
    html: ({ text }) => escaped(text),
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    // What is wider than the page scrolls, and is reached by keyboard for it.
    code: ({ text, lang, raw }) =>
      `<pre tabindex="0"><code>${isClosed(raw) ? highlighted(text, lang) : escaped(text)}</code></pre>`,
    table(token: Tokens.Table) {
      return `<div class="table" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>`;
    },
  },
});

const purify = createDOMPurify(window);
purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer');
});
/** One object for all calls: it is read once. */
const SANITIZED = { RETURN_DOM_FRAGMENT: true } as const;

export function nodesOf(source: string): DocumentFragment {
  return purify.sanitize(marked.parse(source, { async: false }), SANITIZED);
}
