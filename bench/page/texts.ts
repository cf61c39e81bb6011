/** Answers as models give them, in Markdown, of any length: what the page is measured with. */
import { mix32, oracle } from '../../mock-llm/oracle.ts';

/** What an answer of 4,000 chunks can be. The last two are the worst there is: one block that never ends. */
export const KINDS = ['ordinary Markdown', 'one paragraph', 'one code block'] as const;
export type Kind = (typeof KINDS)[number];

/** UTF-16 units of a chunk. */
const CHUNK = 14;

export function chunksOf(kind: Kind, count: number): string[] {
  const length = count * CHUNK;
  const text = TEXTS[kind](length).slice(0, length);
  return Array.from({ length: count }, (_, i) => text.slice(i * CHUNK, (i + 1) * CHUNK));
}

const TEXTS: Record<Kind, (length: number) => string> = {
  'ordinary Markdown': (length) => markdown(1, length),
  'one paragraph': (length) => until(length, (i) => words(i, 12)),
  'one code block': (length) =>
    `\`\`\`ts\n${until(length, (i) => code(i))}`.slice(0, length - 5).concat('\n```\n'),
};

/** Paragraphs, lists, tables, quotes and code, drawn from a seed. */
export function markdown(seed: number, length: number): string {
  return until(length, (i) => PARTS[mix32(seed * 1_000 + i) % PARTS.length]!(seed * 1_000 + i));
}

const PARTS: readonly ((n: number) => string)[] = [
  (n) => `## ${words(n, 4)}\n\n${words(n, 50)}\n\n`,
  (n) =>
    `${words(n, 30)} **${words(n + 1, 3).trim()}** ${words(n + 2, 20)} \`${words(n + 3, 1).trim()}\`.\n\n`,
  (n) => `${Array.from({ length: 5 }, (_, i) => `- ${words(n + i, 12)}\n`).join('')}\n`,
  (n) => `\`\`\`ts\n${Array.from({ length: 12 }, (_, i) => code(n + i)).join('')}\`\`\`\n\n`,
  (n) =>
    `| ${words(n, 1)} | ${words(n + 1, 1)} |\n|---|---|\n| ${words(n + 2, 3)} | ${words(n + 3, 3)} |\n\n`,
  (n) => `> ${words(n, 25)}\n\n`,
];

function code(n: number): string {
  return `  const value${n} = await read('${words(n, 2).trim()}', { at: ${n}, how: "once" }); // ${words(n, 4)}\n`;
}

/** Words of the oracle, without what it puts between them to try a reader. */
function words(seed: number, count: number): string {
  let text = '';
  for (let i = 0, found = 0; found < count; i++) {
    const word = oracle(seed, 0, i, 'natural');
    if (!/^[\p{L}]+ $/u.test(word)) continue;
    text += word;
    found++;
  }
  return text;
}

function until(length: number, part: (i: number) => string): string {
  let text = '';
  for (let i = 0; text.length < length; i++) text += part(i);
  return text;
}
