import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { oracleText } from '../../../../mock-llm/oracle.ts';
import { reference } from '../../../targets/reference.ts';
import { wholeOf } from './compare.ts';
import { doings } from './doings.ts';
import { lastNews } from './news.ts';

const spec = { seed: 7, chunks: 40, mode: 'marked' } as const;
const revalidate = doings.find(({ id }) => id === 'revalidate')!;

/** A server whose answer has grown to ten chunks, under the tag `new`. */
async function news(held: number, tag: string, goodTags: string[], fails?: 'plain' | 'conditional') {
  const server = createServer((request, response) => {
    const asks = request.headers['if-none-match'] === undefined ? 'plain' : 'conditional';
    if (asks === fails) return response.writeHead(503).end();
    if (goodTags.includes(String(request.headers['if-none-match']))) return response.writeHead(304).end();
    const active = [{ message_id: 'm1', partial_content: oracleText(7, 0, 10) }];
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ active }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const seat = { session: 's1', question: { spec, text: '', key: '' }, message: 'm1', whole: wholeOf(spec) };
  const asker = { target: reference, seat, seats: [seat], isOver: () => false };
  const active = [{ message_id: 'm1', partial_content: oracleText(7, 0, held) }];
  revalidate.judge(asker, { status: 200, headers: {}, body: { active } }, '');
  const way = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, headers: {} };
  const outcome = await lastNews(revalidate, { asker, tag: () => tag }, way);
  return outcome.is === 'judged' ? outcome.breaches.map(({ checker }) => checker) : outcome;
}

test('304 for what has grown is a lie; for what has not, the truth; and 200 always is', async () => {
  expect(await news(5, 'old', ['old', 'new'])).toEqual(['truthful-status']);
  expect(await news(10, 'new', ['new'])).toEqual([]);
  expect(await news(5, 'old', ['new'])).toEqual([]);
});

test.each(['plain', 'conditional'] as const)('where the %s look fails, nothing is known', async (fails) => {
  expect(await news(5, 'old', ['new'], fails)).toMatchObject({ is: 'lost-track' });
});
