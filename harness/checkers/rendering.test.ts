/**
 * Whatever a renderer of Markdown makes of an answer, at any of its chunks: the source is read out of it, whole. So no
 * hazard of the oracle hides a watermark or a plain word, and what is missing of them is missing.
 */
import { describe, expect, test } from 'vitest';
import type { SendSpec } from '../history/events.ts';
import { Comparison } from './comparison.ts';
import { createSourceReader } from './rendering.ts';
import { rendererOf } from './testing/markdown.ts';
import { truthOf } from './truth.ts';

/** What is done with tags in the source differs most. */
const RENDERERS: Record<string, (source: string) => string> = {
  'that shows tags as text': rendererOf((raw) => raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;')),
  'that lets tags through': rendererOf((raw) => raw),
  'that drops tags and what scripts hold': rendererOf((raw) => (raw.startsWith('<script') ? '<i>' : '')),
  'that types a glyph at the end': (source) => `${rendererOf(() => '')(source)}▍`,
  'that shows the source': (source) => source,
  'that shows the source without white space at its ends': (source) => source.trim(),
};

const CHUNKS = 64;
const specOf = (seed: number, faults?: string): SendSpec => ({
  seed,
  chunks: CHUNKS,
  mode: 'marked',
  ...(faults !== undefined && { faults }),
});
const readingOf = (spec: SendSpec, shown: string) => {
  const comparison = new Comparison(spec);
  comparison.append(createSourceReader(spec)(shown).text, { source: 'page', seq: 0 });
  return comparison.reading();
};

describe.each(Object.entries(RENDERERS))('a renderer %s', (_, render) => {
  test('shows enough for the source to be read out of it, at every chunk of every answer', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const spec = specOf(seed);
      const truth = truthOf(spec, 0);
      const read = createSourceReader(spec);
      for (let chunks = 0; chunks <= CHUNKS; chunks++) {
        const source = truth.text(chunks);
        expect(read(render(source)).text, `seed ${seed}, ${chunks} chunks`).toBe(source);
      }
    }
  });

  test('shows nothing wrong where it types one unit after the other', () => {
    for (let seed = 1; seed <= 3; seed++) {
      const spec = specOf(seed);
      const truth = truthOf(spec, 0);
      const source = truth.text(40);
      let reached = 0;
      for (let units = 0; units <= source.length; units++) {
        const reading = readingOf(spec, render(source.slice(0, units)));
        const at = `seed ${seed}, ${units} units`;
        expect({ prefix: reading.prefix, shrunk: reading.reached < reached }, at).toEqual({
          prefix: true,
          shrunk: false,
        });
        reached = reading.reached;
      }
    }
  });

  test('hides no text that is missing, doubled, replaced or of another answer', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const spec = specOf(seed);
      const truth = truthOf(spec, 0);
      const cut = 1 + (seed % (CHUNKS - 8));
      const [before, some, after] = [truth.text(cut), truth.text(cut + 4, cut), truth.text(CHUNKS, cut + 4)];
      const anomalies = (text: string) => readingOf(spec, render(text)).anomalies.map(({ kind }) => kind);
      const at = `seed ${seed}, chunk ${cut}`;
      expect(anomalies(before + after), at).not.toEqual([]);
      expect(anomalies(before + some + some + after), at).not.toEqual([]);
      expect(anomalies(before + truthOf(specOf(seed + 1_000), 0).text(4) + some + after), at).not.toEqual([]);
      expect(anomalies(before + truthOf(spec, 1).text(cut + 4, cut) + after), at).not.toEqual([]);
      expect(anomalies(`${truth.text(CHUNKS)}${before}`), at).not.toEqual([]);
    }
  });
});

test.each([
  ['a chunk that the LLM says twice', 'duplicate@9'],
  ['two chunks that it says in the wrong order', 'swap@12'],
  ['a chunk that it says twice at the very beginning', 'duplicate@0'],
])('expects %s', (_, faults) => {
  const render = RENDERERS['that drops tags and what scripts hold']!;
  for (let seed = 1; seed <= 20; seed++) {
    const spec = specOf(seed, faults);
    const truth = truthOf(spec, 0);
    const read = createSourceReader(spec);
    for (let chunks = 0; chunks <= truth.chunks; chunks++) {
      const source = truth.text(chunks);
      expect(readingOf(spec, render(source)), `seed ${seed}, ${chunks} chunks`).toMatchObject({
        prefix: true,
      });
      if (chunks === truth.chunks) expect(read(render(source)).text, `seed ${seed}`).toBe(source);
    }
  }
});
