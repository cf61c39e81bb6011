import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oracle, oracleText, TEXT_MODES } from '../../mock-llm/oracle.ts';
import type { SendSpec } from '../history/events.ts';
import { showAnomaly } from './anomaly.ts';
import { Comparison } from './comparison.ts';

const specs = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  chunks: fc.integer({ min: 8, max: 40 }),
  mode: fc.constantFrom(...TEXT_MODES),
});

function chunksOf(spec: SendSpec, attempt = 0): string[] {
  return Array.from({ length: spec.chunks }, (_, i) => oracle(spec.seed, attempt, i, spec.mode));
}

/** Cuts a text anywhere, also inside a surrogate pair. */
function cut(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (let n = 0; at < text.length; n++) {
    const size = sizes.length > 0 ? sizes[n % sizes.length]! : text.length;
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

function compare(spec: SendSpec, pieces: readonly string[]) {
  const comparison = new Comparison(spec);
  for (const [seq, piece] of pieces.entries()) comparison.append(piece, { source: 'reader', seq });
  return comparison.reading();
}

const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 6 });

describe('a text that is as expected', () => {
  test('is complete, however frames cut or merge it', () => {
    fc.assert(
      fc.property(specs, sizes, fc.integer({ min: 0, max: 2 }), (spec, pieces, attempt) => {
        const text = oracleText(spec.seed, attempt, spec.chunks, spec.mode);
        const reading = compare(spec, cut(text, pieces));
        expect(reading).toMatchObject({ prefix: true, complete: true, length: text.length, missing: [] });
        if (text !== oracleText(spec.seed, 0, spec.chunks, spec.mode)) expect(reading.attempt).toBe(attempt);
      }),
      { numRuns: 1000 },
    );
  });

  test('is a prefix at every unit', () => {
    fc.assert(
      fc.property(specs, fc.nat(), (spec, at) => {
        const text = oracleText(spec.seed, 0, spec.chunks, spec.mode);
        const reading = compare(spec, [text.slice(0, at % (text.length + 1))]);
        expect(reading.prefix).toBe(true);
        expect(reading.complete).toBe(text.slice(0, at % (text.length + 1)) === text);
      }),
    );
  });
});

describe('a text that is not as expected', () => {
  const alterations = fc.constantFrom(
    'drop',
    'double',
    'swap',
    'alter',
    'repeat-earlier',
    'strange',
    'replay',
  );

  test('is never taken for the whole answer', () => {
    fc.assert(
      fc.property(specs, alterations, fc.nat(), fc.nat(), sizes, (spec, alteration, a, b, pieces) => {
        const right = chunksOf(spec);
        const wrong = alter(right, alteration, a % right.length, b % right.length);
        fc.pre(wrong.join('') !== right.join(''));
        const reading = compare(spec, pieces.length === 0 ? wrong : cut(wrong.join(''), pieces));
        // A few words without marks may be the beginning of an attempt that was never made; isolation says so.
        if (reading.attempt !== 0) return;
        expect(reading.prefix && reading.complete).toBe(false);
        if (!right.join('').startsWith(wrong.join(''))) expect(reading.prefix).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test('has books that balance: what is missing and what is too much make up the difference in length', () => {
    fc.assert(
      fc.property(
        specs,
        fc.constantFrom('drop', 'double', 'swap', 'repeat-earlier', 'replay'),
        fc.nat(),
        fc.nat(),
        (spec, alteration, a, b) => {
          const right = chunksOf(spec);
          const wrong = alter(right, alteration, a % right.length, b % right.length);
          const reading = compare(spec, wrong);
          const missing = reading.missing.reduce(
            (sum, { from, to }) => sum + unitsBetween(spec, from, to),
            0,
          );
          const extra = reading.anomalies
            .filter(({ kind }) => ['doubled', 'garbled', 'other-attempt'].includes(kind))
            .reduce((sum, { units }) => sum + units, 0);
          expect(unitsBetween(spec, 0, reading.reached) - missing + extra).toBe(wrong.join('').length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function alter(chunks: readonly string[], alteration: string, a: number, b: number): string[] {
  const copy = [...chunks];
  switch (alteration) {
    case 'drop':
      copy.splice(a, 1);
      break;
    case 'double':
      copy.splice(a, 0, chunks[a]!);
      break;
    case 'swap':
      [copy[a], copy[b]] = [chunks[b]!, chunks[a]!];
      break;
    case 'alter':
      copy[a] = chunks[a]!.replace(/.$/su, '\ufffd\ufffd');
      break;
    case 'repeat-earlier':
      copy.splice(Math.max(a, b), 0, chunks[Math.min(a, b)]!);
      break;
    case 'strange':
      copy.splice(a, 0, '{not.a.mark} strange text');
      break;
    case 'replay':
      copy.splice(a, 0, ...chunks.slice(0, a));
      break;
  }
  return copy;
}

function unitsBetween(spec: SendSpec, from: number, to: number): number {
  const at = (position: number) =>
    oracleText(spec.seed, 0, Math.floor(position / 0x10000), spec.mode).length + (position % 0x10000);
  return at(to) - at(from);
}

describe('one fault is one anomaly, of its kind', () => {
  const spec: SendSpec = { seed: 12, chunks: 30, mode: 'marked' };
  const c = chunksOf(spec);
  const foreign = chunksOf({ seed: 99, chunks: 30, mode: 'marked' });
  const second = chunksOf(spec, 1);
  test.each([
    ['a chunk lost', [...c.slice(0, 9), ...c.slice(10)], ['chunk 9 missing where it was due']],
    ['three chunks lost', [...c.slice(0, 9), ...c.slice(12)], ['chunks 9–11 missing where it was due']],
    ['the beginning lost', c.slice(4), ['chunks 0–3 missing where it was due']],
    ['a chunk twice', [...c.slice(0, 10), ...c.slice(9)], ['chunk 9 twice']],
    ['replayed from the start', [...c.slice(0, 10), ...c], ['chunks 0–9 twice']],
    [
      'two chunks swapped',
      [...c.slice(0, 9), c[10]!, c[9]!, ...c.slice(11)],
      ['chunk 9 missing where it was due', 'chunk 9 after the text that follows it'],
    ],
    [
      'text of another send',
      [...c.slice(0, 9), foreign[3]!, ...c.slice(9)],
      ['units of the send 99 at chunk 9'],
    ],
    [
      'another send now and then',
      c.flatMap((own, i) => [own, foreign[i]!]),
      ['units of the send 99 at chunk 1'],
    ],
    ['text of another attempt', [...c.slice(0, 9), ...second.slice(9)], ['units of attempt 1 at chunk 9']],
    [
      'a broken character',
      [...c.slice(0, 9), `${c[9]!.slice(0, -1)}\ufffd`, ...c.slice(10)],
      ['other text in place of'],
    ],
    [
      'text of nobody',
      [...c.slice(0, 9), 'Sorry, an error occurred.', ...c.slice(9)],
      ['25 units that nobody sent at chunk 9'],
    ],
  ])('%s', (_, chunks, anomalies) => {
    for (const pieces of [chunks, [chunks.join('')], cut(chunks.join(''), [7]), cut(chunks.join(''), [1])]) {
      const reading = compare(spec, pieces);
      expect(reading.anomalies.map(showAnomaly)).toEqual(
        anomalies.map((text) => expect.stringContaining(text)),
      );
    }
  });
});

test('text of another send is foreign to its last chunk, whether that carries a mark or looks like own text', () => {
  const seeds = fc.integer({ min: 0, max: 0xffffffff });
  const span = fc.record({
    at: fc.integer({ min: 3, max: 35 }),
    from: fc.integer({ min: 0, max: 15 }),
    count: fc.integer({ min: 6, max: 20 }),
  });
  fc.assert(
    fc.property(seeds, seeds, span, (seed, other, { at, from, count }) => {
      fc.pre(seed !== other);
      const spec: SendSpec = { seed, chunks: 40, mode: 'marked' };
      const own = chunksOf(spec);
      const foreign = chunksOf({ seed: other, chunks: from + count, mode: 'marked' }).slice(from);
      const reading = compare(spec, [...own.slice(0, at), ...foreign, ...own.slice(at)]);
      expect(reading.anomalies.map(({ kind }) => kind)).toEqual(['foreign']);
      expect(reading.complete).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
