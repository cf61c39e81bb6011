import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from './testing/client.ts';
import { House } from './testing/house.ts';

let house: House;
beforeAll(async () => {
  house = await House.build();
});
afterAll(() => house.tearDown());

async function ask(alice: Client, session: string) {
  const stream = await alice.send(session, 'question');
  const call = await house.llm.call();
  await stream.until(({ events }) => events.length > 0);
  return { stream, call };
}

/** The value of each sample, by its name and labels. */
async function metrics(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

test('what is too much is refused with the time to come again, and there is room once one has ended', async () => {
  const { url, alice } = await house.serve({ MAX_GENERATIONS: '2' });
  const session = await alice.session();
  const [first, second] = [await ask(alice, session), await ask(alice, session)];
  const body = JSON.stringify({ session_id: session, content: 'one too many' });
  const refused = await alice.request('POST', '/api/v1/chat/messages', body);
  expect([refused.status, refused.body.error.code]).toEqual([503, 'TOO_BUSY']);
  const headers = { authorization: 'Bearer alice-token', 'content-type': 'application/json' };
  const again = await fetch(`${url}/api/v1/chat/messages`, { method: 'POST', headers, body });
  expect([again.status, Number(again.headers.get('retry-after'))]).toEqual([503, 1]);
  // Nothing was left behind of those that were refused.
  expect((await alice.get(`/api/v1/chat/sessions/${session}/messages`)).body.messages.length).toBe(4);
  first.call.finish();
  await first.stream.end();
  const third = await ask(alice, session);
  for (const { call, stream } of [second, third]) {
    call.finish();
    await stream.end();
  }
  expect((await metrics(url)).get('chat_generations_refused_total')).toBe(2);
});

test('the metrics say what happened', async () => {
  const { url, alice } = await house.serve();
  const session = await alice.session();
  const { stream, call } = await ask(alice, session);
  call.say(...Array.from({ length: 12 }, (_, i) => `${i} `));
  await stream.hasChunks(12);
  const during = await metrics(url);
  expect(during.get('chat_generations_running')).toBe(1);
  expect(during.get('chat_readers')).toBe(1);
  expect(during.get('chat_chunks_total')).toBe(12);
  call.finish();
  await stream.end();
  const after = await metrics(url);
  expect(after.get('chat_generations_running')).toBe(0);
  expect(after.get('chat_generations_ended_total{status="completed"}')).toBe(1);
  const saves = after.get('chat_save_seconds_count')!;
  expect(saves).toBeGreaterThanOrEqual(1);
  expect(after.get('chat_save_seconds_bucket{le="+Inf"}')).toBe(saves);
  expect(after.get('chat_save_statements_total')).toBe(saves + 1);
  expect(after.get('chat_exposed_chunks_max')).toBeLessThanOrEqual(5);
});
