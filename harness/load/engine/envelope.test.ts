import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oracle, TEXT_MODES } from '../../../mock-llm/oracle.ts';
import { damaged, damages, endOfFrame } from '../../../tests/support/damage.ts';
import type { SendSpec, TargetCapabilities } from '../../history/events.ts';
import type { Target } from '../../targets/target.ts';
import type { Frame } from '../../wire/frames.ts';
import { openBooks } from './books.ts';
import type { Context } from './context.ts';
import { noCounts } from './counts.ts';
import { Envelope } from './envelope.ts';
import { Latencies } from './latencies.ts';
import { Reading } from './reading.ts';

const BEFORE = 'data: {"id":"x1","choices":[{"index":0,"delta":{"content":';
const AFTER = '},"finish_reason":null}]}\n\n';
const END = 'data: [DONE]\n\n';

const specs = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  chunks: fc.integer({ min: 3, max: 30 }),
  mode: fc.constantFrom(...TEXT_MODES),
});
test('an envelope holds a text where the bytes are those, and nowhere else', () => {
  const envelope = new Envelope(BEFORE, AFTER);
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.tuple(specs, fc.nat(40)).map(([{ seed, mode }, i]) => oracle(seed, 0, i, mode)),
  );
  let held = 0;
  fc.assert(
    fc.property(
      texts,
      fc.array(damages, { maxLength: 1 }),
      fc.nat(9),
      fc.nat(9),
      (text, several, lead, trail) => {
        const frame = Buffer.from(BEFORE + JSON.stringify(text) + AFTER);
        const came = Buffer.concat([
          Buffer.alloc(lead, 'x'),
          several.reduce(damaged, frame),
          Buffer.alloc(trail, 'y'),
        ]);
        const is = came.subarray(lead, lead + frame.length).equals(frame);
        if (is) held++;
        expect(envelope.end(text, came, lead, came.length)).toBe(is ? lead + frame.length : -1);
        // What is in the buffer behind the bytes that came is of another stream.
        expect(envelope.end(text, came, lead, Math.min(came.length, lead + frame.length - 1))).toBe(-1);
      },
    ),
    { numRuns: 5_000 },
  );
  expect(held).toBeGreaterThan(1_000);
});

/** A frame a piece, and some in several. */
function inPieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  for (let end = bytes.indexOf('\n\n'); end !== -1; end = bytes.indexOf('\n\n', end + 2))
    places.push(end + 2);
  places.sort((a, b) => a - b);
  return places.slice(1).map((end, n) => bytes.subarray(places[n], end));
}

describe('a reading that knows what comes', () => {
  let server: Server;
  let pieces: Buffer[] = [];

  beforeAll(async () => {
    server = createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', async () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        for (const piece of pieces) {
          socket.write(piece);
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => void server.close());

  /** One reads, and whoever compares bytes decodes less. */
  async function read(spec: SendSpec, comparesBytes: boolean, measuredFrom = 0) {
    let decoded = 0;
    const target = {
      name: 'test',
      framing: 'sse',
      send: () => ({ method: 'POST', path: '/', json: {} }),
      decode({ data }: Frame) {
        decoded++;
        if (data === '[DONE]') return { terminal: 'completed' };
        const text = JSON.parse(data).choices[0]?.delta.content;
        return text === undefined ? {} : { text: { how: 'append', text } };
      },
      ...(comparesBytes && { around: () => ({ before: BEFORE, after: AFTER }) }),
    } as unknown as Target;
    const capabilities = { cursor: 'none', resume: 'append', idempotentSend: false } as TargetCapabilities;
    const { port } = server.address() as AddressInfo;
    // Once only: what comes is what is judged, and there is nothing to resume.
    let isOpened = false;
    const latencies = new Latencies();
    const counts = noCounts();
    let names = 0;
    const context: Context = {
      target,
      capabilities,
      way: () => (isOpened ? null : { host: '127.0.0.1', port, headers: {} }),
      whenServed: () => new Promise(() => {}),
      pollEvery: 1_000,
      latencies,
      measuredFrom,
      counts,
      name: (kind) => `${kind}${++names}`,
    };
    const books = openBooks('test', (event) => {
      if (event.type === 'stream.open') isOpened = true;
      if (event.type === 'stream.close') closed.resolve();
    });
    const closed = Promise.withResolvers<void>();
    const own = books.play('play');
    own.record({
      type: 'plan',
      scenario: 'stay',
      driver: 'load',
      persistence: 'none',
      seed: 1,
      repetition: 1,
      sends: [spec],
      feeds: [],
      coverage: [],
      target: { name: 'test', capabilities },
      bounds: { end: 600_000, delivery: 1_000, cancel: 1_000 },
      strikes: [],
    });
    own.record({ type: 'phase', phase: 'play' });
    const question = { spec, text: '', key: '' };
    const reading = new Reading({ context, books: own, actor: 'user', session: '', question });
    reading.ask();
    await closed.promise;
    reading.leave('tab-closed');
    own.record({ type: 'phase', phase: 'done' });
    const { verdict, checks } = books.judge('play')!;
    const found = checks.map(({ id, verdict, samples, violations }) => ({
      id,
      verdict,
      samples,
      violations: violations.map(({ clause, expected, actual, evidence }) => [
        clause,
        expected,
        actual,
        evidence,
      ]),
    }));
    return {
      decoded,
      told: {
        verdict,
        found,
        chunks: counts.chunks,
        held: reading.length,
        gaps: latencies.count('chunk-gap'),
      },
    };
  }

  function sentOf(spec: SendSpec): Buffer {
    const chunks = Array.from({ length: spec.chunks }, (_, i) => oracle(spec.seed, 0, i, spec.mode));
    return Buffer.from(chunks.map((text) => BEFORE + JSON.stringify(text) + AFTER).join('') + END);
  }

  test('decodes nothing of what is as expected, and judges the same', async () => {
    const spec = { seed: 7, chunks: 200, mode: 'marked' } as const;
    const sent = sentOf(spec);
    pieces = inPieces(sent, []);
    const [bytes, plain] = [await read(spec, true), await read(spec, false)];
    expect(bytes.told).toEqual(plain.told);
    expect([bytes.told.held, bytes.told.chunks]).toEqual([plain.told.held, 200]);
    expect(plain.decoded).toBe(201);
    // The first few, by which it learns how they are written, and where one came in two reads.
    expect(bytes.decoded).toBeLessThan(150);
  });

  test('gaps of the warm-up are not measured', async () => {
    const spec = { seed: 7, chunks: 50, mode: 'marked' } as const;
    pieces = inPieces(sentOf(spec), []);
    const [later, warm] = [await read(spec, true), await read(spec, true, Number.POSITIVE_INFINITY)];
    expect([later.told.gaps, warm.told.gaps, warm.told.chunks]).toEqual([49, 0, 50]);
  });

  test('judges the same whatever bytes are damaged, and however they are cut', async () => {
    let found = 0;
    let spared = 0;
    await fc.assert(
      fc.asyncProperty(
        specs,
        fc.array(damages, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (spec, several, cuts) => {
          const sent = sentOf(spec);
          const came = several.reduce(damaged, sent);
          const places = several.map(({ at, kind }) =>
            kind === 'junk' ? endOfFrame(sent, at % sent.length) + 1 : at % sent.length,
          );
          pieces = inPieces(came, [...cuts, ...places]);
          const [bytes, plain] = [await read(spec, true), await read(spec, false)];
          expect(bytes.told).toEqual(plain.told);
          const failed = plain.told.found.some(({ verdict }) => verdict === 'fail');
          if (failed) found++;
          spared += plain.decoded - bytes.decoded;
          if (came.equals(sent)) expect(failed).toBe(false);
        },
      ),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(30);
    expect(spared).toBeGreaterThan(500);
  });
});
