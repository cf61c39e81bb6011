import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HAZARDS, marks, mix, mix32, oracle, oracleText, type TextMode } from './oracle.ts';

const MODES: readonly TextMode[] = ['marked', 'natural'];
const seed = fc.integer({ min: 0, max: 0xffffffff });
const attempt = fc.nat({ max: 50 });
const index = fc.nat({ max: 1_000_000 });
const mode = fc.constantFrom(...MODES);

function chunksOf(seed: number, count: number, mode: TextMode): string[] {
  return Array.from({ length: count }, (_, i) => oracle(seed, 0, i, mode));
}

describe('what is said never changes', () => {
  // A change of any of these makes stored histories unreadable: it is a new oracle, not a correction of this one.
  test.each<[seed: number, attempt: number, i: number, marked: string, natural: string]>([
    [0, 0, 0, '{0.0.0}latency ', 'latency '],
    [0, 0, 1, '{0.0.1}first ', 'first '],
    [1, 0, 0, '{1.0.0}had ', 'had '],
    [1, 1, 0, '{1.1.0}have ', 'have '],
    [0x5eed, 0, 0, '{ir1.0.0}then ', 'then '],
    [0xffffffff, 0, 0, '{1z141z3.0.0}way ', 'way '],
    [0xffffffff, 7, 999_999, '{1z141z3.7.lflr}{{seed}} \u0024{a} %s {0} ', '{{seed}} \u0024{a} %s {0} '],
    [0x80000000, 2, 500_001, '\u0301 {zik0zk.2.apsx}', '\u0301 '],
    [123456789, 35, 36, '{21i3v9.z.10}was ', 'was '],
    [42, 0, 44, '{16.0.18}\n``', '\n``'],
    [42, 0, 45, '`\ncode\n```\n{16.0.19}', '`\ncode\n```\n'],
    [42, 0, 50, '{16.0.1e}\n\ndata: [DONE]\n\n', '\n\ndata: [DONE]\n\n'],
    [42, 0, 55, '{16.0.1j}\ufeffmark ', '\ufeffmark '],
  ])('chunk %#: seed %i, attempt %i, index %i', (seed, attempt, i, marked, natural) => {
    expect(oracle(seed, attempt, i)).toBe(marked);
    expect(oracle(seed, attempt, i, 'natural')).toBe(natural);
  });

  test('the mixers give 32-bit values, known ones', () => {
    expect([mix32(0), mix32(1), mix32(0xffffffff), mix(1, 2), mix(2, 1)]).toEqual([
      0, 1_753_845_952, 1_734_902_346, 1_999_676_003, 672_056_447,
    ]);
  });

  test('a long answer, in one number', () => {
    const digest = (text: string) => {
      let sum = 0;
      for (let at = 0; at < text.length; at++) sum = mix(sum, text.charCodeAt(at));
      return sum;
    };
    expect(MODES.map((mode) => digest(oracleText(0x5eed, 1, 20_000, mode)))).toEqual([
      3_258_540_444, 242_257_690,
    ]);
  });
});

test('a chunk depends on seed, attempt and index alone, not on what was asked before', () => {
  const question = fc.tuple(seed, attempt, index, mode);
  fc.assert(
    fc.property(fc.array(question, { minLength: 2, maxLength: 20 }), (questions) => {
      const forwards = questions.map((asked) => oracle(...asked));
      const backwards = questions.toReversed().map((asked) => oracle(...asked));
      expect(backwards.toReversed()).toEqual(forwards);
    }),
  );
});

test('every chunk is well-formed UTF-16 without NUL, and its mark names it', () => {
  fc.assert(
    fc.property(seed, attempt, index, (seed, attempt, i) => {
      const marked = oracle(seed, attempt, i);
      const natural = oracle(seed, attempt, i, 'natural');
      for (const text of [marked, natural]) {
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toContain('\0');
      }
      const found = [...marks(marked)];
      expect(found.length).toBeLessThanOrEqual(1);
      for (const { at, ...origin } of found) {
        expect(origin).toEqual({ seed, attempt, i });
        // Without its mark it is what the natural mode says.
        expect(marked.slice(0, at) + marked.slice(marked.indexOf('}', at) + 1)).toBe(natural);
      }
      expect([...marks(natural)]).toEqual([]);
    }),
    { numRuns: 5000 },
  );
});

test('marks stand in almost every chunk, in order, and nowhere else', () => {
  const found = [...marks(oracleText(7, 3, 5000))];
  expect(found.length).toBeGreaterThan(4700);
  for (const [k, mark] of found.entries()) {
    expect(mark).toMatchObject({ seed: 7, attempt: 3 });
    if (k > 0) expect(mark.i).toBeGreaterThan(found[k - 1]!.i);
  }
  expect([...marks(oracleText(7, 3, 5000, 'natural'))]).toEqual([]);
});

test('oracleText is the chunks from `from` to `to`, joined', () => {
  expect(oracleText(9, 1, 30, 'natural', 10)).toBe(
    Array.from({ length: 20 }, (_, k) => oracle(9, 1, 10 + k, 'natural')).join(''),
  );
  expect(oracleText(9, 1, 0)).toBe('');
});

test('seeds and attempts differ in what they say', () => {
  const texts = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    for (let attempt = 0; attempt < 5; attempt++) texts.add(oracleText(seed, attempt, 30, 'natural'));
  }
  expect(texts.size).toBe(1000);
});

describe('hazards', () => {
  const either = (shape: RegExp) => (first: string, second: string) =>
    shape.test(first) || shape.test(second);
  const border = (head: RegExp, tail: RegExp) => (first: string, second: string) =>
    head.test(first) && tail.test(second);
  /** What shows that a hazard is there; `at` is an even index: a pair begins there. */
  const SHOWN: Record<string, (first: string, second: string) => boolean> = {
    emoji: either(/\u{1f30a}/u),
    'emoji-family': either(/\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}/u),
    'emoji-flag': either(/\u{1f1fa}\u{1f1f3}/u),
    'emoji-skin-tone': either(/\p{Emoji_Modifier_Base}\p{Emoji_Modifier}/u),
    'combining-marks': either(/\p{L}\p{Mn}{3}/u),
    'right-to-left': either(/\p{Script=Hebrew}.*\p{Script=Arabic}/u),
    'bidi-override': either(/\u202e.*\u202c/u),
    'line-separator': either(/\u2028.*\u2029/su),
    'byte-order-mark': either(/\ufeff/u),
    crlf: either(/line\r\n$/u),
    cr: either(/line\r$/u),
    'blank-lines': either(/\n\n\n$/u),
    'literal-data-line': either(/^data: \{.*\}$/mu),
    'literal-event-fields': either(/^id: .*\nevent: .*\nretry: /mu),
    'literal-done': either(/^data: \[DONE\]$/mu),
    'sse-comment': either(/^: ping$/mu),
    'code-fence': either(/```sse\n.*\n```\n$/su),
    json: either(/\{"a":"\\"b\\""/u),
    backslashes: either(/\\n \\u0000 \\\\/u),
    html: either(/<script>.*&amp;/u),
    markdown: either(/\*\*bold\*\*/u),
    'non-breaking': either(/\u00a0.*\u200b.*\u2060/u),
    astral: either(/\u{1d4bb}.*\u{2070e}/u),
    'replacement-character': either(/\ufffd/u),
    'very-long-line': either(/[a-z0-9]{2000}/u),
    template: either(/\{\{seed\}\} \$\{a\} %s \{0\}/u),
    sql: either(/'; DROP TABLE /u),
    'trailing-spaces': either(/end {3}$/u),
    'family-split': border(/\u{1f469}\u200d$/u, /^\u{1f469}\u200d\u{1f466}/u),
    'combining-split': border(/e$/u, /^\u0301/u),
    'flag-split': border(/\u{1f1fa}$/u, /^\u{1f1f3}/u),
    'crlf-split': border(/\r$/u, /^\n/u),
    'fence-split': border(/\n``$/u, /^`\n/u),
    'data-line-split': border(/\n\nda$/u, /^ta: /u),
    'empty-chunk': (first, second) => first !== '' && second === '',
    'identical-chunks': (first, second) => first !== '' && first === second,
  };

  test('each has its proof', () => {
    expect(Object.keys(SHOWN).sort()).toEqual([...HAZARDS].sort());
  });

  test.each(MODES)('all occur within 6,000 chunks, for any seed (%s)', (mode) => {
    for (const seed of [0, 1, 0x5eed, 0x7fffffff, 0x80000000, 0xffffffff]) {
      const chunks = chunksOf(seed, 6000, mode);
      const missing = HAZARDS.filter((name) => {
        for (let i = 0; i < chunks.length; i += 2) if (SHOWN[name]!(chunks[i]!, chunks[i + 1]!)) return false;
        return true;
      });
      expect(missing, `seed ${seed}`).toEqual([]);
    }
  });
});
