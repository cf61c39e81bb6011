/** Processes that die in the middle of an answer that the LLM goes on with: others go on with it, too. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formatDirective, type MockLlm, oracleText, startMockLlm } from '../mock-llm/index.ts';
import { Client } from './testing/client.ts';
import { House, SAVING } from './testing/house.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const CHUNKS = 40;
const SEED = 7;
const WHOLE = oracleText(SEED, 0, CHUNKS, 'marked');
const upTo = (chunks: number) => oracleText(SEED, 0, chunks, 'marked');

interface Call {
  attempt: number;
  state: string;
  chunks: number;
}

describe.each(SAVING)('%s', (persistence) => {
  let house: House;
  let llm: MockLlm;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    house = await House.build({ persistence });
  });
  beforeEach(async () => {
    llm = await startMockLlm();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await llm.close();
    // Nobody is to take up what another test has left: the LLM gives the same names again.
    await house.db.query('DELETE FROM ai_chat_messages');
  });
  afterAll(() => house.tearDown());

  async function process(more: Record<string, string> = {}) {
    const environment = house.environment({
      LLM_BASE_URL: `${llm.url}/v1`,
      LLM_API: 'responses',
      ORPHANS: 'continue',
      LEASE_MS: '500',
      SWEEP_MS: '50',
      ...more,
    });
    const child = spawn(globalThis.process.execPath, [MAIN], {
      env: environment,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    const [line] = await once(createInterface(child.stdout), 'line');
    return { child, alice: new Client(JSON.parse(line).listening, 'alice-token') };
  }

  const gate = (allow: number | 'all') =>
    fetch(`${llm.url}/admin/gates/${SEED}`, { method: 'PUT', body: JSON.stringify({ allow }) });

  async function calls(): Promise<Call[]> {
    const answer = await fetch(`${llm.url}/admin/ledger`);
    const ledger = (await answer.json()) as { calls: Call[] };
    return ledger.calls.map(({ attempt, state, chunks }) => ({ attempt, state, chunks }));
  }

  const calledOnce = async (state: string) => {
    while ((await calls()).some((call) => call.state !== state)) await new Promise(setImmediate);
    expect(await calls()).toHaveLength(1);
  };

  /** Asks, and resolves when a reader holds so many chunks and the LLM says no more. */
  async function ask(alice: Client, at: number) {
    await gate(at);
    const stream = await alice.send(await alice.session(), formatDirective({ seed: SEED, chunks: CHUNKS }));
    await stream.until(({ text }) => text === upTo(at));
    return { stream, id: stream.message };
  }

  test.each([
    [1, 'SIGKILL'],
    [7, 'SIGKILL'],
    [15, 'SIGKILL'],
    [12, 'SIGTERM'],
  ] as const)(
    'a process that ends after chunk %i by %s: the next goes on, from what any reader holds',
    async (at, signal) => {
      const first = await process();
      const { stream, id } = await ask(first.alice, at);
      first.child.kill(signal);
      await stream.until(({ ended }) => ended !== undefined);
      expect([stream.text, stream.done]).toEqual([upTo(at), undefined]);
      const { alice } = await process();
      const ahead = await alice.resume(id, stream.events.at(-1)!.id);
      expect(ahead.status).toBe(200);
      const fresh = await alice.resume(id);
      await gate('all');
      await Promise.all([ahead.end(), fresh.end()]);
      expect([upTo(at) + ahead.text, fresh.text]).toEqual([WHOLE, WHOLE]);
      for (const reader of [ahead, fresh])
        expect(reader.done!.data).toEqual({ status: 'completed', length: WHOLE.length });
      expect(await house.row(id)).toMatchObject({ status: 'completed', content: WHOLE, chunk_count: CHUNKS });
      await calledOnce('completed');
      const { rows } = await house.db.query('SELECT FROM ai_chat_message_pieces');
      expect(rows).toEqual([]);
    },
  );

  test('of two processes one dies, and then the other: each goes on, and followers see it', async () => {
    const patient = { LEASE_MS: '3000' };
    const [dying, living] = await Promise.all([process(patient), process(patient)]);
    const { id } = await ask(dying!.alice, 11);
    const follower = await (await living!.alice.resume(id)).until(({ text }) => text.length > 0);
    dying!.child.kill('SIGKILL');
    await gate(23);
    await follower.until(({ text }) => text === upTo(23));
    living!.child.kill('SIGKILL');
    const last = await process(patient);
    const again = await last.alice.resume(id, `${id}:${follower.text.length}`);
    await gate('all');
    await again.end();
    expect(follower.text + again.text).toBe(WHOLE);
    expect(await house.row(id)).toMatchObject({ status: 'completed', content: WHOLE, chunk_count: CHUNKS });
    await calledOnce('completed');
  });

  test('a process that slept through its lease writes nothing over what its successor wrote, and cancels nothing', async () => {
    const { child, alice } = await process();
    const { stream, id } = await ask(alice, 12);
    child.kill('SIGSTOP');
    const successor = await process();
    await gate(22);
    const reader = await successor.alice.resume(id, `${id}:${upTo(12).length}`);
    await reader.until(({ text }) => upTo(12) + text === upTo(22));
    child.kill('SIGCONT');
    await stream.until(({ ended }) => ended !== undefined);
    expect(stream.done).toBe(undefined);
    expect(WHOLE.startsWith(stream.text)).toBe(true);
    await gate('all');
    await reader.end();
    expect(await house.row(id)).toMatchObject({ status: 'completed', content: WHOLE, chunk_count: CHUNKS });
    await calledOnce('completed');
  });

  test('what the LLM has forgotten ends in error, with what was saved', async () => {
    const { child, alice } = await process();
    const { id } = await ask(alice, 12);
    await house.rowThat(id, ({ content }) => content.length >= upTo(7).length);
    child.kill('SIGKILL');
    await llm.close();
    llm = await startMockLlm({ port: llm.port });
    const reader = await (await process()).alice.resume(id);
    await reader.end();
    expect(reader.text.length).toBeGreaterThanOrEqual(upTo(7).length);
    expect(WHOLE.startsWith(reader.text)).toBe(true);
    expect(reader.done!.data).toMatchObject({ status: 'error', error: { code: 'ORPHANED' } });
    expect(await house.row(id)).toMatchObject({
      status: 'error',
      error_code: 'ORPHANED',
      content: reader.text,
    });
    expect(await calls()).toEqual([]);
  });

  test.each(['where it is produced', 'on another instance', 'after it was taken over'])(
    'a stop %s cancels the answer at the LLM',
    async (where) => {
      const first = await process({ LEASE_MS: '3000' });
      const { id } = await ask(first.alice, 12);
      let { alice } = first;
      if (where !== 'where it is produced') ({ alice } = await process({ LEASE_MS: '3000' }));
      if (where === 'after it was taken over') {
        first.child.kill('SIGKILL');
        await (await alice.resume(id, `${id}:${upTo(12).length}`)).until(() => true);
        await house.rowThat(id, ({ lease_epoch: epoch }) => epoch === 1);
      }
      const { body } = await alice.post(`/api/v1/chat/messages/${id}/stop`);
      expect(body.status).toBe('cancelled');
      await calledOnce('aborted');
      expect((await house.row(id)).status).toBe('cancelled');
    },
  );

  test('where orphans end in error, the LLM is told', async () => {
    const { child, alice } = await process({ ORPHANS: 'error' });
    const { id } = await ask(alice, 12);
    child.kill('SIGKILL');
    await process({ ORPHANS: 'error' });
    expect(await house.rowThat(id, ({ status }) => status !== 'generating')).toMatchObject({
      status: 'error',
      error_code: 'ORPHANED',
    });
    await calledOnce('aborted');
  });
});
