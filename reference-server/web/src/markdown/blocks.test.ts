/** A text that grew must end as the blocks that it is in when it comes at once. */
import { expect, test } from 'vitest';
import { type Block, type Blocks, blocksOf } from './blocks.ts';

const LINES = Array.from({ length: 800 }, (_, i) => `line ${i} of it`);
const TEXTS: Record<string, string> = {
  'paragraphs and a heading by its underline': 'One\ntwo.\n\nThree\n===\n\nfour\n---\n\nfive',
  'lists that go on behind blank lines': '- a\n\n- b\n  c\n\n1. d\n2. e\n\n   f\n\ng',
  'a table and a quote': '| a | b |\n|---|---|\n| 1 | 2 |\n\n> so\nit goes\n\nEnd.',
  'code that is closed, code that is not': '```ts\nconst a = 1;\n\n```\n\ntext\n\n~~~~\n```\n~~~\nopen\n',
  'code with a fence within a line, and one that is indented':
    '```\na ``` b\n```\n\n   ```js\n   x\n   ```\nend',
  'line ends of another system': 'One\r\ntwo\r\n\r\n```\r\ncode\r\n```\r\nend\r\n',
  'code without end': `\`\`\`py\n${LINES.join('\n')}`,
};

for (const [name, text] of Object.entries(TEXTS)) {
  for (const size of [1, 7, 64]) {
    test(`${name}, ${size} at a time`, () => {
      expect(grown(text, size).list).toEqual(blocksOf(text).list);
    });
  }
}

const LONG: Record<string, string> = {
  'one paragraph': LINES.join(' '),
  'one paragraph in lines': LINES.join('\n'),
  'one word': 'x'.repeat(20_000),
  'one list': LINES.map((line) => `- ${line}`).join('\n'),
  'one list with code in its items': LINES.slice(0, 180)
    .map(
      (line, i) => `${i + 1}. ${line}\n\n     \`\`\`js\n     const a = ${i};\n\n     b(${i});\n     \`\`\`\n`,
    )
    .join('\n'),
};

for (const [name, text] of Object.entries(LONG)) {
  test(`${name} without end is cut, and nothing of it is lost or doubled`, () => {
    for (const blocks of [blocksOf(text), grown(text, 500)]) {
      expect(blocks.list.length).toBeGreaterThan(2);
      expect(blocks.list.map(sourceOf).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      expect(Math.max(...blocks.list.map((block) => sourceOf(block).length))).toBeLessThanOrEqual(4_001);
    }
  });
}

test('an item of a list keeps its code, wherever the list is cut', () => {
  for (const block of blocksOf(LONG['one list with code in its items']!).list) {
    expect(sourceOf(block).match(/```/g)!.length % 2).toBe(0);
  }
});

test('what is settled is the same object from then on', () => {
  let before = blocksOf('a\n\nb\n\nc\n\nd');
  for (const more of ['\n\ne', '\n\nf']) {
    const after = blocksOf(before.text + more, before);
    for (let i = 0; i < before.settled.blocks; i++) expect(after.list[i]).toBe(before.list[i]);
    expect(after.settled.blocks).toBeGreaterThan(before.settled.blocks);
    before = after;
  }
});

test('a text that is another one is read anew', () => {
  expect(blocksOf('b', blocksOf('a\n\nb\n\nc\n\nd')).list).toEqual([{ kind: 'text', source: 'b' }]);
});

function grown(text: string, size: number): Blocks {
  let blocks = blocksOf('');
  for (let length = size; length < text.length + size; length += size)
    blocks = blocksOf(text.slice(0, length), blocks);
  return blocks;
}

const sourceOf = (block: Block) => (block.kind === 'code' ? block.code : block.source);
