/** How a reading asks, and asks again, against a server that says what a test has it say. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { TargetCapabilities } from '../../history/events.ts';
import type { Recorded } from '../../history/index.ts';
import type { Target } from '../../targets/target.ts';
import type { Frame } from '../../wire/frames.ts';
import { openBooks } from './books.ts';
import type { Context } from './context.ts';
import { noCounts } from './counts.ts';
import { Latencies } from './latencies.ts';
import { Reading } from './reading.ts';

const spec = { seed: 7, chunks: 2, mode: 'marked' } as const;

/** @param answers to its requests in turn: a status, or null where the connection breaks */
async function asks(answers: readonly (number | null)[]) {
  let requests = 0;
  const server = createServer((request, response) => {
    const status = answers[requests++];
    request.resume();
    if (status === null || status === undefined) request.socket.destroy();
    else
      response
        .writeHead(status)
        .end(status === 200 ? 'data: {"message":"m"}\n\ndata: {"end":true}\n\n' : '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const target = {
    name: 'test',
    framing: 'sse',
    send: () => ({ method: 'POST', path: '/', json: {} }),
    refusal: ({ status }: { status: number }) => ({ code: `HTTP ${status}`, reason: '' }),
    decode: ({ data }: Frame) => {
      const { message, end } = JSON.parse(data);
      return end ? { terminal: 'completed' } : { message };
    },
  } as unknown as Target;
  const capabilities = { cursor: 'none', resume: 'append', idempotentSend: true } as TargetCapabilities;
  let names = 0;
  const context: Context = {
    target,
    capabilities,
    way: () => ({ host: '127.0.0.1', port, headers: {} }),
    whenServed: () => Promise.resolve(),
    pollEvery: 1_000,
    latencies: new Latencies(),
    measuredFrom: 0,
    counts: noCounts(),
    name: (kind) => `${kind}${++names}`,
  };
  const events: Recorded[] = [];
  const books = openBooks('test', (event) => void events.push(event)).play('play');
  const question = { spec, text: '', key: '' };
  const reading = new Reading({ context, books, actor: 'user', session: 's', question });
  reading.ask();
  await reading.ended;
  const outcomes = events.flatMap(({ type }) => (['ok', 'fail', 'info'].includes(type) ? [type] : []));
  return { outcomes, refused: reading.refused, state: reading.state, requests };
}

test.each([
  ['is taken on', [200], { outcomes: ['ok'], refused: false, state: 'completed', requests: 1 }],
  ['is refused', [503], { outcomes: ['fail'], refused: true, state: undefined, requests: 1 }],
  [
    'is repeated where nobody knows whether it arrived',
    [null, 200],
    { outcomes: ['info', 'ok'], refused: false, state: 'completed', requests: 2 },
  ],
  [
    'is repeated again where the repetition is not served: that says nothing of the first',
    [null, 503, 200],
    { outcomes: ['info', 'fail', 'ok'], refused: false, state: 'completed', requests: 3 },
  ],
  [
    'is refused where the repetition is',
    [null, 422],
    { outcomes: ['info', 'fail'], refused: true, state: undefined, requests: 2 },
  ],
])('a question %s', async (_, answers, told) => {
  expect(await asks(answers)).toEqual(told);
});
