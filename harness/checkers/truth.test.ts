/** The truth is literally what `expected()` of the mock LLM says, and a comparison with it is literal equality. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expected, expectedText } from '../../mock-llm/faults/expected.ts';
import { parseTimeline } from '../../mock-llm/faults/timeline.ts';
import { oracle, TEXT_MODES } from '../../mock-llm/oracle.ts';
import type { SendSpec } from '../history/events.ts';
import { Comparison } from './comparison.ts';
import { truthOf } from './truth.ts';

const CHUNKS = 30;
const strike = fc
  .tuple(
    fc.constantFrom(
      'duplicate',
      'swap',
      'split-pair',
      'half-frame',
      'malformed',
      'error',
      'fin',
      'reset',
      'clean-end',
      'stall',
      'pause',
    ),
    fc.integer({ min: 0, max: CHUNKS - 2 }),
    fc.constantFrom('', '', '', '#0', '#1'),
  )
  .map(([name, at, attempt]) => `${name}@${at}${name === 'pause' ? ':5' : ''}${attempt}`);
/** Many that go on to the end, and some that break off: else most would break early. */
const mild = fc
  .tuple(fc.constantFrom('duplicate', 'swap', 'half-frame'), fc.integer({ min: 0, max: CHUNKS - 2 }))
  .map(([name, at]) => `${name}@${at}`);

function answers({ seed, mode, faults }: SendSpec, attempt: number) {
  const spec = { seed, attempt, chunks: CHUNKS, mode };
  try {
    return { spec, told: expected(spec, parseTimeline(faults!)) };
  } catch {
    return null;
  }
}

const cases = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  mode: fc.constantFrom(...TEXT_MODES),
  faults: fc.oneof(
    fc.array(mild, { minLength: 1, maxLength: 5 }).map((words) => words.join(',')),
    fc.array(fc.oneof(mild, strike), { minLength: 1, maxLength: 4 }).map((words) => words.join(',')),
  ),
  attempt: fc.integer({ min: 0, max: 1 }),
});

function specOf({ seed, mode, faults }: { seed: number; mode: SendSpec['mode']; faults: string }): SendSpec {
  return { seed, chunks: CHUNKS, mode, faults };
}

test('its text is the one that is expected, its places are those of the chunks', () => {
  let judged = 0;
  fc.assert(
    fc.property(cases, (given) => {
      const spec = specOf(given);
      const wanted = answers(spec, given.attempt);
      fc.pre(wanted !== null);
      const truth = truthOf(spec, given.attempt);
      expect(truth.text(truth.chunks)).toBe(expectedText(wanted!.spec, wanted!.told));
      expect(truth).toMatchObject({ ends: wanted!.told.ends, exact: wanted!.told.exact });
      for (let place = 0; place < truth.chunks; place++) {
        expect(truth.placesOf(truth.chunkAt(place))).toContain(place);
        expect(truth.chunk(place)).toBe(oracle(spec.seed, given.attempt, truth.chunkAt(place), spec.mode));
      }
      judged++;
    }),
    { numRuns: 500 },
  );
  expect(judged).toBe(500);
});

function compare(spec: SendSpec, text: string, sizes: readonly number[]) {
  const comparison = new Comparison(spec);
  for (let at = 0, n = 0; at < text.length; n++) {
    const size = sizes.length > 0 ? sizes[n % sizes.length]! : text.length;
    comparison.append(text.slice(at, at + size), { source: 'reader', seq: n });
    at += size;
  }
  return comparison.reading();
}

const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 6 });

test('a text is a prefix exactly if it is one of the expected text, and complete exactly if it equals it', () => {
  fc.assert(
    fc.property(cases, sizes, fc.nat(), (given, pieces, cut) => {
      const spec = specOf(given);
      const wanted = answers(spec, given.attempt);
      fc.pre(wanted !== null);
      const whole = expectedText(wanted!.spec, wanted!.told);
      const text = whole.slice(0, cut % (whole.length + 1));
      const reading = compare(spec, text, pieces);
      expect(reading.prefix).toBe(true);
      if (text !== '' && reading.attempt === given.attempt) expect(reading.complete).toBe(text === whole);
    }),
    { numRuns: 1000 },
  );
});

test('what is altered is never taken for it', () => {
  fc.assert(
    fc.property(
      cases,
      sizes,
      fc.constantFrom('drop', 'double', 'swap', 'alter', 'oracle'),
      fc.nat(),
      fc.nat(),
      (given, pieces, alteration, a, b) => {
        const spec = specOf({ ...given });
        const wanted = answers(spec, 0);
        fc.pre(wanted !== null && truthOf(spec, 0).chunks > 1);
        const truth = truthOf(spec, 0);
        const chunks = Array.from({ length: truth.chunks }, (_, place) => truth.chunk(place));
        const right = chunks.join('');
        const wrong = altered(chunks, alteration, a % chunks.length, b % chunks.length, spec).join('');
        fc.pre(!right.startsWith(wrong));
        const reading = compare(spec, wrong, pieces);
        // A few words without marks may be the beginning of another attempt; isolation says so.
        if (reading.attempt !== 0) return;
        expect(reading.prefix).toBe(false);
      },
    ),
    { numRuns: 2000 },
  );
});

function altered(chunks: readonly string[], how: string, a: number, b: number, spec: SendSpec): string[] {
  const copy = [...chunks];
  if (how === 'drop') copy.splice(a, 1);
  if (how === 'double') copy.splice(a, 0, chunks[a]!);
  if (how === 'swap') [copy[a], copy[b]] = [chunks[b]!, chunks[a]!];
  if (how === 'alter') copy[a] = chunks[a]!.replace(/.$/su, '\ufffd\ufffd');
  // As a target would have it that tidied up what the LLM did.
  if (how === 'oracle') {
    return Array.from({ length: spec.chunks }, (_, i) => oracle(spec.seed, 0, i, spec.mode));
  }
  return copy;
}
