import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directedAnswer } from './answer.ts';
import { DIALECTS } from './dialects/registry.ts';
import { formatDirective, parseDirective } from './directive.ts';
import { Outbox } from './outbox.ts';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constant('\ud83d'),
  fc.string({ minLength: 1 }).map((one) => one.repeat(Math.ceil(40_000 / one.length))),
);

test('the bytes are those of the text, the count is theirs', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), fc.boolean(), (texts, chunked) => {
      const box = new Outbox();
      const counts = texts.map((one, n) => {
        if (n % 3 === 0) return box.addJson(one);
        return n % 3 === 1 ? box.add(one) : box.addBytes(Buffer.from(one));
      });
      const written = texts.map((one, n) => Buffer.from(n % 3 === 0 ? JSON.stringify(one) : one));
      const all = Buffer.concat(written);
      expect(counts).toEqual(written.map(({ length }) => length));
      const framed = Buffer.concat([Buffer.from(`${all.length.toString(16)}\r\n`), all, Buffer.from('\r\n')]);
      expect(Buffer.compare(box.view(chunked), chunked ? framed : all)).toBe(0);
      box.clear(true);
      expect(box.isEmpty).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('boxes that are filled at the same time do not touch each other, nor what is still held', () => {
  const [a, b] = [new Outbox(), new Outbox()];
  a.add('of a, ');
  b.add('of b');
  a.add('and more');
  const held = a.view(false);
  a.clear(false);
  const again = new Outbox();
  again.add('written later');
  expect([held.toString(), b.view(false).toString(), again.view(false).toString()]).toEqual([
    'of a, and more',
    'of b',
    'written later',
  ]);
});

describe('where a script tells what stands around its texts, that and the text is the frame', () => {
  test.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))('%s', (_, dialect) => {
    for (const reasoning of [0, 2]) {
      const content = formatDirective({ seed: 9, chunks: 200, reasoning });
      const body = {
        model: 'größer 🌊',
        stream: true,
        max_tokens: 9,
        messages: [{ role: 'user', content }],
        input: content,
      };
      const answer = directedAnswer(parseDirective(content)!, 0);
      const script = dialect.read(body).script(answer);
      if (!script.around) return;
      for (let i = 0; i < answer.chunks; i++) {
        const whole = script.around().head + JSON.stringify(answer.text(i)) + script.around().tail;
        expect(whole).toBe(script.chunk(answer.text(i), i));
      }
    }
  });

  test('and two of them do', () => {
    const content = formatDirective({ seed: 9, chunks: 2 });
    const body = {
      model: 'any',
      stream: true,
      max_tokens: 9,
      messages: [{ role: 'user', content }],
      input: content,
    };
    const tell = DIALECTS.filter(
      ({ read }) => read(body).script(directedAnswer(parseDirective(content)!, 0)).around,
    );
    expect(tell.map(({ name }) => name)).toEqual(['OpenAI Chat Completions', 'Anthropic Messages']);
  });
});
