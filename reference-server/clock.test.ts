/**
 * The wall clock of the server's process jumps, forward and back, by more than any of its times: leases, sweeps, order
 * and limits must not care. What jumps, and stands still in between, is `Date`; the kernel's clock and the database's
 * go on as they are.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { House, SAVING } from './testing/house.ts';

const HOUR = 3_600_000;

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  beforeAll(async () => {
    house = await House.build({ persistence });
  });
  afterEach(() => void vi.useRealTimers());
  afterAll(() => house.tearDown());

  test.for([
    ['forward and back', [HOUR, -HOUR]],
    ['back and forward', [-HOUR, HOUR]],
  ] as const)('%s, while an answer streams', async ([, jumps]) => {
    // Both heartbeats and sweeps come while the clock is wrong.
    const server = await house.serve({ LEASE_MS: '3000', SWEEP_MS: '100', CHECKPOINT_MS: '100' });
    const session = await server.alice.session();
    const stream = await server.alice.send(session, 'first');
    const call = await house.llm.call();
    let text = '';
    const says = async (chunk: string) => {
      call.say(chunk);
      text += chunk;
      await stream.until((state) => state.text === text);
      await house.rowThat(stream.message, ({ content }) => content === text);
    };
    await says('a');
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const jump of jumps) {
      vi.setSystemTime(Date.now() + jump);
      const { lease_expires_at: lease } = await house.row(stream.message);
      await says('b');
      await house.rowThat(stream.message, ({ lease_expires_at }) => Number(lease_expires_at) > Number(lease));
      expect(await house.row(stream.message)).toMatchObject({ status: 'generating', lease_epoch: 0 });
      await says('c');
    }
    call.finish();
    await stream.end();
    expect(stream.done!.data).toEqual({ status: 'completed', length: text.length });

    vi.setSystemTime(Date.now() - HOUR);
    const next = await server.alice.send(session, 'second');
    (await house.llm.call()).say('d').finish();
    await next.end();
    const { rows } = await house.db.query(
      'SELECT content FROM ai_chat_messages_whole WHERE session_id = $1 ORDER BY position',
      [session],
    );
    expect(rows.map(({ content }) => content)).toEqual(['first', text, 'second', 'd']);
  });
});
