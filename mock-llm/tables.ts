/** The tables of docs/mock-llm.md, from the code: what they say and what the code does cannot part ways. */
import { TOOL_NAME } from './answer.ts';
import { DIALECTS } from './dialects/registry.ts';
import { WORDS } from './directive.ts';
import { mockLlmErrorCatalogue } from './errors.ts';
import type { Fault } from './faults/fault.ts';
import { FAULTS } from './faults/registry.ts';
import { LENGTHS, PACES } from './pace/profiles.ts';
import { SIZES } from './sizes.ts';

const FORMS: Readonly<Record<Fault['place'], (fault: Fault) => string>> = {
  headers: ({ name }) => name,
  chunk: ({ name }) => `${name}@chunk`,
  frame: ({ name }) => `${name}@chunk`,
  end: ({ name }) => name,
  call: ({ name }) => name,
};

const PLACES: Readonly<Record<Fault['place'], string>> = {
  headers: 'before the headers',
  chunk: 'any chunk, or `end`',
  frame: 'any chunk',
  end: 'the end',
  call: 'all along',
};

/** Markdown, by the name that the page gives the table. */
export function tables(): Readonly<Record<string, string>> {
  return {
    dialects: table(
      ['dialect', 'calls'],
      DIALECTS.map(({ name, path, documents }) => [
        name,
        [`POST ${path}`, ...Object.keys(documents).map((document) => `GET ${document}`)]
          .map((call) => `\`${call}\``)
          .join(', '),
      ]),
    ),
    words: table(
      ['word', 'meaning', 'default'],
      Object.entries(WORDS).map(([word, { what, fallback }]) => [`\`${word}\``, what, fallback || '—']),
    ),
    faults: table(
      ['fault', 'strikes at', 'what it does', 'in one piece too'],
      FAULTS.map((fault) => [
        `\`${written(fault)}\``,
        PLACES[fault.place],
        fault.what,
        fault.needsStream ? '—' : 'yes',
      ]),
    ),
    paces: table(
      ['`pace=`', 'what it is', 'source'],
      Object.entries(PACES).map(([name, { what, source }]) => [`\`${name}\``, what, source]),
    ),
    lengths: table(
      ['`chunks=`', 'what it is', 'source'],
      Object.entries(LENGTHS).map(([name, { what, source }]) => [`\`${name}\``, what, source]),
    ),
    sizes: table(
      ['`mode=`', 'chunks as long as those of', 'source'],
      Object.entries(SIZES).map(([name, { what, source }]) => [`\`${name}\``, what, source]),
    ),
    errors: table(
      ['code', 'status', 'text'],
      Object.entries(mockLlmErrorCatalogue).map(([code, { status, text }]) => [
        `\`${code}\``,
        String(status),
        text,
      ]),
    ),
    tool: `The tool that is called is \`${TOOL_NAME}\`.`,
  };
}

function written(fault: Fault): string {
  const { value } = fault;
  if (!value) return FORMS[fault.place](fault);
  const [unit = ''] = value.what.split(/[;\s]/);
  const number = value.fallback === undefined ? `:${unit}` : `[:${unit}]`;
  return FORMS[fault.place](fault) + number;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const MARKED = /<!-- table (\w+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * The page with its tables as they are now.
 *
 * @throws Error where it names a table that there is not
 */
export function withTables(page: string): string {
  const known = tables();
  return page.replace(MARKED, (_, name: string) => {
    const text = known[name];
    if (text === undefined)
      throw new Error(`there is no table "${name}"; there are ${Object.keys(known).join(', ')}`);
    return `<!-- table ${name} -->\n${text}\n<!-- end -->`;
  });
}
