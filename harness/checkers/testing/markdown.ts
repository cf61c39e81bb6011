/** What a page makes of Markdown, as a person reads it: the text of the HTML. */
import { Marked } from 'marked';

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** The text of HTML, as far as `marked` writes it. */
const textOf = (html: string) =>
  html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]!);

/** @param html what becomes of a tag in the source */
export function rendererOf(html: (raw: string) => string): (source: string) => string {
  const marked = new Marked({ gfm: true, renderer: { html: ({ text }) => html(text) } });
  return (source) => textOf(marked.parse(source, { async: false }));
}

export const renderMarkdown = rendererOf(() => '');
