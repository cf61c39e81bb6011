import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HAZARDS, oracleText } from '../mock-llm/oracle.ts';
import { columns, figure, hang, shorten, visible, wrap } from './text.ts';

const text = fc.string({ unit: 'binary', maxLength: 200 });

describe('visible', () => {
  it.each([
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u202eright\u202c', '\\u202eright\\u202c'],
    ['\ufeffmark\u200b', '\\ufeffmark\\u200b'],
    ['one\u2028two', 'one\\u2028two'],
    ['\ud83d alone', '\\ud83d alone'],
    ['\u{e0001}', '\\u{e0001}'],
    ['plain 数据 🌊', 'plain 数据 🌊'],
  ])('%j is shown as %j', (given, shown) => {
    expect(visible(given)).toBe(shown);
  });

  it('leaves nothing that a terminal would obey', () => {
    expect(HAZARDS.length).toBeGreaterThan(10);
    expect(visible(oracleText(1, 0, 2000))).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  });
});

describe('shorten', () => {
  it('leaves alone what fits', () => {
    fc.assert(fc.property(text, (t) => shorten(t, columns(t)) === t));
  });

  it('fits, and keeps both ends of what does not', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 80 }), (t, width) => columns(shorten(t, width)) <= width),
    );
    expect(shorten('abcdefghij', 6)).toBe('abc…ij');
    expect(shorten('数数数数', 6)).toBe('数…数');
  });

  it('does not look at all of a megabyte', () => {
    const long = `begin${'x'.repeat(1_000_000)}end`;
    expect(shorten(long, 20)).toMatch(/^beginx+…x+end$/);
    expect(columns(shorten(long, 20))).toBe(20);
  });
});

describe('wrap', () => {
  it('keeps every character, and no line is too long', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 30 });
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 5, max: 40 }), (words, width) => {
        const lines = wrap(words.join(' '), width);
        expect(lines.join('').replaceAll(' ', '')).toBe(words.join(''));
        for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('figure', () => {
  it.each([
    [0.12345, '0.123'],
    [4.5678, '4.57'],
    [78.94, '78.9'],
    [1234.5, '1235'],
    [40, '40'],
    [0, '0'],
  ])('%d is written %s', (value, written) => {
    expect(figure(value)).toBe(written);
  });
});

describe('hang', () => {
  it('puts further lines under the first word, and is never so narrow that nothing is left', () => {
    expect(hang('✓ Node  ', 'found where it was looked for', 30)).toBe(
      '✓ Node  found where it was\n        looked for',
    );
    expect(hang(' '.repeat(30), 'one two', 30)).toBe(`${' '.repeat(30)}one two`);
  });
});
