import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DirectiveError, formatDirective, parseDirective } from './directive.ts';
import { parseTimeline } from './faults/timeline.ts';
import { TEXT_MODES } from './oracle.ts';

const directive = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  chunks: fc.integer({ min: 1, max: 1_000_000 }),
  gap: fc.integer({ min: 0, max: 3_600_000 }),
  first: fc.integer({ min: 0, max: 3_600_000 }),
  mode: fc.constantFrom(...TEXT_MODES),
});
const SILENT = { pace: null, reasoning: 0, tool: 0, faults: null };
const prose = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('[[holdfast'));

test('what is written is read back, whatever stands around it', () => {
  fc.assert(
    fc.property(directive, prose, prose, (directive, before, after) => {
      expect(parseDirective(`${before} ${formatDirective(directive)} ${after}`)).toEqual({
        ...SILENT,
        ...directive,
      });
    }),
  );
});

test('what equals its default is left out, and read as it', () => {
  const text = formatDirective({ seed: 1, chunks: 2, gap: 0, first: 0, mode: 'marked' });
  expect(text).toBe('[[holdfast seed=1 chunks=2]]');
  expect(parseDirective(text)).toEqual({
    ...SILENT,
    seed: 1,
    chunks: 2,
    gap: 0,
    first: 0,
    mode: 'marked',
  });
});

test('the further words are read as they are written', () => {
  const faults = parseTimeline('half-frame@1,stall@1:4000#2,end-twice');
  const text = formatDirective({ seed: 7, chunks: 9, pace: 'h100-8b', reasoning: 3, tool: 2, faults });
  expect(text).toBe(
    '[[holdfast seed=7 chunks=9 pace=h100-8b reasoning=3 tool=2 faults=half-frame@1,stall@1:4000#2,end-twice]]',
  );
  expect(parseDirective(text)).toMatchObject({ pace: 'h100-8b', reasoning: 3, tool: 2, faults });
});

test('a length profile is drawn from by the seed: the same for the same one', () => {
  const lengths = Array.from({ length: 50 }, (_, seed) => {
    const text = `[[holdfast seed=${seed.toString(36)} chunks=azure-conversation]]`;
    const { chunks } = parseDirective(text)!;
    expect(parseDirective(text)!.chunks).toBe(chunks);
    return chunks;
  });
  expect(Math.min(...lengths)).toBeGreaterThanOrEqual(7);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(1000);
  expect(new Set(lengths).size).toBeGreaterThan(20);
});

test('words may stand in any order, over several lines', () => {
  expect(parseDirective('[[holdfast\n  chunks=3\tmode=natural\r\n  seed=zz  ]]')).toMatchObject({
    seed: 1295,
    chunks: 3,
    mode: 'natural',
  });
});

test.each([
  '',
  'What holds kelp to the rock?',
  '[holdfast seed=1 chunks=1]',
  '[[ holdfast seed=1 chunks=1]]',
])('no directive in %j', (text) => expect(parseDirective(text)).toBeNull());

describe('refused with a sentence', () => {
  test.each<[text: string, says: string]>([
    ['[[holdfast]]', 'seed must be'],
    ['[[holdfast   ]]', 'seed must be'],
    ['[[holdfast chunks=1]]', 'seed must be'],
    ['[[holdfast seed= chunks=1]]', 'not ""'],
    ['[[holdfast seed=1z141z4 chunks=1]]', 'unsigned 32-bit'],
    ['[[holdfast seed=-1 chunks=1]]', 'unsigned 32-bit'],
    ['[[holdfast seed=A chunks=1]]', 'not "A"'],
    ['[[holdfast seed=1]]', 'chunks must be a whole number from 1 to 1000000'],
    ['[[holdfast seed=1 chunks=0]]', 'chunks must be'],
    ['[[holdfast seed=1 chunks=1000001]]', 'chunks must be'],
    ['[[holdfast seed=1 chunks=1.5]]', 'chunks must be'],
    ['[[holdfast seed=1 chunks=1e3]]', 'chunks must be'],
    ['[[holdfast seed=1 chunks=1=2]]', 'not "1=2"'],
    ['[[holdfast seed=1 chunks=1 gap=-1]]', 'gap must be a whole number from 0 to 3600000'],
    ['[[holdfast seed=1 chunks=1 gap]]', 'gap must be'],
    ['[[holdfast seed=1 chunks=1 first=3600001]]', 'first must be'],
    ['[[holdfast seed=1 chunks=1 mode=loud]]', 'one of marked, natural, openai-chat'],
    ['[[holdfast seed=1 chunks=1 speed=1]]', 'no word "speed"'],
    ['[[holdfast seed=1 chunks=1 pace=1]]', 'pace must be one of h100-8b'],
    ['[[holdfast seed=1 chunks=1 pace=h100-8b gap=1]]', 'instead of gap and first'],
    ['[[holdfast seed=1 chunks=azure]]', 'one of azure-conversation'],
    ['[[holdfast seed=1 chunks=1 tool=10001]]', 'tool must be'],
    ['[[holdfast seed=1 chunks=1, gap=2]]', 'not "1,"'],
    ['[[holdfast seed=1 seed=2 chunks=1]]', '"seed" stands twice'],
    ['[[holdfast seed=1 chunks=1]] [[holdfast seed=2 chunks=1]]', 'holds 2'],
    ['[[holdfast seed=1 chunks=1]] [[holdfast', 'holds 2'],
    ['[[holdfast seed=1 chunks=1', 'must go on to "]]"'],
    ['[[holdfast seed=1 chunks=1] ]', 'must go on to "]]"'],
    ['[[holdfasting seed=1 chunks=1]]', 'must go on to "]]"'],
  ])('%j', (text, says) => {
    expect(() => parseDirective(text)).toThrow(DirectiveError);
    expect(() => parseDirective(text)).toThrow(says);
  });

  test.each([
    { seed: -1, chunks: 1 },
    { seed: 1.5, chunks: 1 },
    { seed: 2 ** 32, chunks: 1 },
    { seed: 1, chunks: 0 },
    { seed: 1, chunks: 1, gap: 0.5 },
    { seed: 1, chunks: 1, first: Number.NaN },
  ])('and not written either: %j', (directive) => {
    expect(() => formatDirective(directive)).toThrow(DirectiveError);
  });
});
