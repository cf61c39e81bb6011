import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marks, mix, oracle, oracleOf, oracleText } from './oracle.ts';
import { SIZES, type SizeName, unitsAt } from './sizes.ts';

const NAMES = Object.keys(SIZES) as SizeName[];
const DRAWS = 100_000;
const seed = fc.integer({ min: 0, max: 0xffffffff });
const chunksOf = (mode: SizeName, count: number) =>
  Array.from({ length: count }, (_, i) => oracle(7, 0, i, mode));

describe.each(NAMES)('%s', (mode) => {
  const profile = SIZES[mode];

  test('chunks have the lengths that were measured', () => {
    const lengths = chunksOf(mode, DRAWS)
      .map(({ length }) => length)
      .toSorted((a, b) => a - b);
    for (const [p, units] of profile.units.slice(1, -1)) {
      // Three deviations of a quantile of so many draws; the numbers are always the same: this is no test of luck.
      const near = 3 * Math.sqrt((p * (1 - p)) / DRAWS);
      expect(lengths[Math.floor((p - near) * DRAWS)]).toBeLessThanOrEqual(units);
      expect(lengths[Math.floor((p + near) * DRAWS)]).toBeGreaterThanOrEqual(units);
      expect(Math.abs(lengths[Math.floor(p * DRAWS)]! / units - 1)).toBeLessThan(0.03);
    }
    expect(lengths[0]).toBeGreaterThanOrEqual(1);
    expect(lengths.at(-1)).toBeLessThanOrEqual(profile.units.at(-1)![1]);
  });

  test('are well-formed, without NUL or marks, and the same in whatever order they are asked for', () => {
    const asked = fc.array(fc.tuple(seed, fc.nat({ max: 9 }), fc.nat({ max: 1_000_000 })), { minLength: 2 });
    fc.assert(
      fc.property(asked, (questions) => {
        const texts = questions.map(([seed, attempt, i]) => oracle(seed, attempt, i, mode));
        const again = questions.toReversed().map(([seed, attempt, i]) => oracleOf(seed, attempt, mode)(i));
        expect(again.toReversed()).toEqual(texts);
        for (const text of texts) {
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toContain('\0');
        }
      }),
    );
    expect([...marks(oracleText(7, 0, 20_000, mode))]).toEqual([]);
  });

  test('cut through words, lines and clusters of emoji', () => {
    const chunks = chunksOf(mode, 60_000);
    const border = (head: RegExp, tail: RegExp) =>
      chunks.some((chunk, i) => head.test(chunk) && tail.test(chunks[i + 1] ?? ''));
    expect(border(/[a-z]$/u, /^[a-z]/u)).toBe(true);
    expect(border(/\r$/u, /^\n/u)).toBe(true);
    expect(border(/\ndat$/u, /^a: /u)).toBe(true);
    expect(border(/\u200d$/u, /^\p{Extended_Pictographic}/u)).toBe(true);
  });
});

// As in oracle.test.ts: a change of any of these makes stored histories unreadable.
test.each<[mode: SizeName, chunks: string[], digest: number]>([
  ['openai-chat', ['1', ',2]}', ' wi', 'll on the'], 2_040_428_275],
  ['openai-responses', ['"', '\\"b', '\\"', '","c":['], 3_015_829_150],
  ['anthropic', ['e ', 'would and', ' token', ' in not then \n\ndata: x\n\n👩‍👩‍👦 find '], 3_578_707_867],
  ['xai', ['"', '\\"b', '\\"', '","c":['], 339_515_932],
  ['deepseek', ['"', '\\"b', '\\"', '","c":'], 3_722_303_843],
  ['groq', ['"', '\\"b', '\\"', '","c":'], 3_233_812_337],
])('%s: what is said never changes', (mode, chunks, digest) => {
  expect([44, 45, 46, 47].map((i) => oracle(42, 0, i, mode))).toEqual(chunks);
  let sum = 0;
  const text = Array.from({ length: 20_000 }, (_, i) => oracle(0x5eed, 1, i, mode)).join('|');
  for (let at = 0; at < text.length; at++) sum = mix(sum, text.charCodeAt(at));
  expect(sum).toBe(digest);
});

test('every table rises from 0 to 1', () => {
  for (const { units } of Object.values(SIZES)) {
    expect([units[0]![0], units.at(-1)![0]]).toEqual([0, 1]);
    for (const at of [0, 1] as const) {
      const column = units.map((row) => row[at]);
      expect(column).toEqual(column.toSorted((a, b) => a - b));
    }
  }
  expect([0, 0.25, 0.5, 1].map((p) => unitsAt(SIZES['openai-chat'], p))).toEqual([1, 3, 5, 18]);
});
