import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oracle, TEXT_MODES } from '../../mock-llm/oracle.ts';
import { damaged, damages } from '../../tests/support/damage.ts';
import type { SendSpec } from '../history/events.ts';
import { createFrameReader } from '../wire/frame-reader.ts';
import { createJudge } from './judge.ts';
import { judgeFollowing } from './testing/following.ts';
import { answered, failures, judge, type Story, story } from './testing/history.ts';

// `judge` of the histories for tests judges both ways and compares: so every planted violation is found in this one, too.

const specs = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  chunks: fc.integer({ min: 4, max: 40 }),
  mode: fc.constantFrom(...TEXT_MODES),
});

test('of an answer that comes chunk by chunk all pieces but the first are taken', () => {
  fc.assert(
    fc.property(specs, (spec) => {
      // Chunks that are empty at the beginning show nothing: until there is text, the view looks for itself.
      const { events } = answered({ sends: [spec] }).finishes();
      const first = events
        .filter(({ type }) => type === 'seen')
        .findIndex((e) => 'text' in e && e.text !== '');
      expect(judgeFollowing(events).taken).toBe(spec.chunks - 1 - first);
    }),
  );
});

/** What can happen to a view while it is followed, told after a piece. */
const INCIDENTS: Record<string, (story: Story, held: number) => void> = {
  'another view is opened': (it) => void it.opens('b', { actor: 'other' }),
  'the stream breaks and goes on': (it) => void it.disconnects('a').connects('a', 'cursor'),
  'the stream breaks and replays': (it) => void it.disconnects('a').connects('a', null).resets('a', 'replay'),
  'the target takes it back, and replays': (it) => void it.resets('a'),
  'it is polled': (it, held) => void it.polls('a', it.text(held)).connects('a', 'cursor'),
  'the state is told': (it) => void it.says('status', 'generating'),
  'the end is told, and goes unheard': (it) => void it.ends('a', 'completed'),
  'a row is seen': (it, held) => void it.row(it.text(Math.max(0, held - 2)), 'generating'),
  'the stack is hit': (it) => void it.fault('struck'),
};

test('whatever happens between the pieces and to them, the verdict is that of who is told each', () => {
  const piece = fc.record({
    at: fc.nat(),
    what: fc.constantFrom('next', 'next', 'next', 'drop', 'double', 'merge', 'halve', 'alter', 'early'),
  });
  const incident = fc.record({ after: fc.nat(), what: fc.constantFrom(...Object.keys(INCIDENTS)) });
  fc.assert(
    fc.property(
      specs,
      fc.constantFrom(undefined, 'duplicate@2', 'swap@2'),
      fc.array(piece, { maxLength: 3 }),
      fc.array(incident, { maxLength: 4 }),
      fc.nat(),
      (spec, faults, pieces, incidents, end) => {
        const told: SendSpec = faults ? { ...spec, faults } : spec;
        const it = story({ sends: [told] })
          .asks()
          .calls()
          .opens('a')
          .speaks(spec.chunks);
        const strange = new Map(pieces.map(({ at, what }) => [at % spec.chunks, what]));
        const happens = new Map(incidents.map(({ after, what }) => [after % spec.chunks, what]));
        for (let i = 0; i < spec.chunks; i++) {
          for (const text of piecesFor(it, i, strange.get(i))) it.sees('a', text);
          const what = happens.get(i);
          if (what === undefined) continue;
          INCIDENTS[what]!(it, i + 1);
          if (what.endsWith('replays')) for (let k = 0; k <= i; k++) it.sees('a', it.text(k + 1, k));
        }
        if (end % 2 === 0) it.hears('a', 'completed');
        // It compares both ways.
        judge(it.finishes().events);
      },
    ),
    { numRuns: 2_000 },
  );
});

function piecesFor(it: Story, i: number, what: string | undefined): string[] {
  const text = it.text(i + 1, i);
  switch (what) {
    case 'drop':
      return [];
    case 'double':
      return [text, text];
    case 'merge':
      return [it.text(i + 2, i)];
    case 'halve':
      return [text.slice(0, text.length >> 1), text.slice(text.length >> 1)];
    case 'alter':
      return [text.replace(/.$/su, '\ufffd')];
    case 'early':
      return [it.text(i + 3, i + 2), text];
    default:
      return [text];
  }
}

test('whatever bytes are damaged on the way, both find the same, and never that nothing was', () => {
  let found = 0;
  fc.assert(
    fc.property(specs, fc.array(damages, { minLength: 1, maxLength: 3 }), fc.nat(), (spec, several, cut) => {
      const chunks = Array.from({ length: spec.chunks }, (_, i) => oracle(spec.seed, 0, i, spec.mode));
      const frame = (text: string) =>
        `data: {"id":"x","choices":[{"index":0,"delta":{"content":${JSON.stringify(text)}}}]}\n\n`;
      const sent = Buffer.from(chunks.map(frame).join(''));
      const came = several.reduce(damaged, sent);
      const pieces: string[] = [];
      const reader = createFrameReader('sse', (each) => {
        try {
          const { choices } = JSON.parse(each.data) as { choices: { delta: { content?: string } }[] };
          const text = choices[0]?.delta.content;
          if (text !== undefined) pieces.push(text);
        } catch {
          // Whoever cannot read a frame leaves the stream; here the next is read, so that more is compared.
        }
      });
      const half = cut % (came.length + 1);
      reader.read(came, 0, half);
      reader.read(came, half, came.length);
      const it = story({ sends: [spec] })
        .asks()
        .calls()
        .opens('a')
        .speaks(spec.chunks);
      for (const text of pieces) it.sees('a', text);
      const { events } = it.hears('a', 'completed').finishes();
      const verdict = judge(events);
      if (pieces.join('') === chunks.join('')) return;
      found++;
      expect(failures(verdict).length).toBeGreaterThan(0);
    }),
    { numRuns: 1_500 },
  );
  expect(found).toBeGreaterThan(1_000);
});

test('a checker that listens to every piece is told every piece', () => {
  const { events } = answered().finishes();
  let heard = 0;
  const listener = {
    id: 'no-loss',
    holds: '',
    clauses: [],
    key: 'play',
    on: ['seen'],
    init: () => null,
    step: () => void heard++,
    merge: () => null,
    verdict: () => ({ samples: 0, violations: [] }),
  } as const;
  const judge = createJudge({ checkers: [listener as never] });
  const line = { source: 'tab', seq: 0 };
  for (const event of events) {
    const follows = event.type === 'stream.open';
    judge.push(event);
    if (follows) expect(judge.follow('play', event.view, event.send, event.stream, line)).toBeUndefined();
  }
  expect(heard).toBeGreaterThan(12);
});
