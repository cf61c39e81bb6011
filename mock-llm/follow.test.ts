import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { follow } from './follow.ts';
import { Ledger } from './ledger.ts';
import { type LedgerLine, prompt, type Refusal, received, startRig } from './testing/rig.ts';

test('first what was, then that it is up to date, then what comes', async () => {
  const rig = await startRig();
  await received(await rig.chat(prompt(1, 3)));
  const lines = rig.lines();
  const past = await take(lines, 6);
  expect(past.map(({ type }) => type)).toEqual([
    'llm.call',
    'llm.chunk',
    'llm.chunk',
    'llm.chunk',
    'llm.end',
    'alive',
  ]);
  expect(past.at(-1)).toMatchObject({ seq: 4 });

  await received(await rig.chat(prompt(2, 2)));
  const live: LedgerLine[] = [];
  for await (const line of lines) {
    if (line.type !== 'alive') live.push(line);
    if (line.type === 'llm.end') break;
  }
  expect(live.map(({ seq }) => seq)).toEqual([5, 6, 7, 8]);
  expect(live.every((line) => 'send' in line && line.send === 2)).toBe(true);
});

test('it goes on after the event that the reader has', async () => {
  const rig = await startRig();
  await received(await rig.chat(prompt(1, 20)));
  const all = await take(rig.lines(), 22);
  for (const after of [-1, 0, 7, 20]) {
    const rest = await take(rig.lines(after), 21 - after);
    expect(rest).toEqual(all.slice(after + 1));
  }
  expect(await take(rig.lines(21), 1)).toMatchObject([{ type: 'alive', seq: 21 }]);
});

test('as a digest it says how calls begin and end, and leaves out the chunks', async () => {
  const rig = await startRig();
  await received(await rig.chat(prompt(1, 300)));
  const answer = await fetch(`${rig.url}/admin/ledger/events?after=-1&chunks=no`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('"alive"')) text += (await reader.read()).value;
  await reader.cancel();
  const lines = text.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { type: 'llm.call', seq: 0 },
    { type: 'llm.end', seq: 301, chunks: 300, how: 'completed' },
    { type: 'alive', seq: 301 },
  ]);
});

test('a heartbeat comes when nothing happens', async () => {
  const rig = await startRig();
  const [one, two, three] = await take(rig.lines(), 3);
  expect([one, two, three]).toMatchObject([1, 2, 3].map(() => ({ type: 'alive', seq: -1 })));
  expect(two!.t).toBeGreaterThan(one!.t);
  expect(three!.t).toBeGreaterThan(two!.t);
});

test('what was flushed can be read', async () => {
  const rig = await startRig();
  await received(await rig.chat(prompt(1, 500)));
  const answer = await fetch(`${rig.url}/admin/flush`, { method: 'POST' });
  expect(await answer.json()).toEqual({ seq: 501 });
  for await (const { seq } of rig.lines()) if (seq === 501) break;
});

test('many events arrive whole and in order, at a reader that comes while they happen', async () => {
  const rig = await startRig();
  await rig.gate(1, 10);
  const answer = rig.chat(prompt(1, 30_000)).then(received);
  await rig.event('llm.held');
  const lines = rig.lines();
  const seqs: number[] = [];
  await rig.gate(1, 'all');
  for await (const line of lines) {
    if (line.type !== 'alive') seqs.push(line.seq);
    if (line.type === 'llm.end') break;
  }
  // Opening, held, released, end, and the chunks.
  expect(seqs).toEqual(Array.from({ length: 30_004 }, (_, seq) => seq));
  expect((await answer).complete).toBe(true);
});

test.each<[after: string, status: number, says: string]>([
  ['5', 409, 'has come to -1'],
  ['-2', 400, '"after" must be a sequence number'],
  ['x', 400, '"after" must be'],
  ['', 400, '"after" must be'],
])('after=%s is refused', async (after, status, says) => {
  const rig = await startRig();
  const answer = await fetch(`${rig.url}/admin/ledger/events?after=${after}`);
  expect(answer.status).toBe(status);
  expect(((await answer.json()) as Refusal).error.message).toContain(says);
});

test('what is dropped is not passed over in silence', () => {
  const ledger = longLedger();
  const nothing = {} as ServerResponse;
  expect(() => follow(ledger, 7, nothing)).toThrow(`those before ${ledger.oldest} are dropped`);
  expect(() => follow(ledger, -1, nothing)).toThrow('are dropped');
});

test('a reader too slow for what is kept is cut off', async () => {
  const ledger = longLedger();
  const listen = ledger.listen.bind(ledger);
  let listening = false;
  vi.spyOn(ledger, 'listen').mockImplementation((listener) => {
    const leave = listen(listener);
    listening = true;
    return () => {
      listening = false;
      leave();
    };
  });
  const written: string[] = [];
  const res = Object.assign(new EventEmitter(), {
    destroyed: false,
    writeHead() {},
    write: (text: string) => written.push(text) === 0,
    destroy() {
      res.destroyed = true;
      res.emit('close');
    },
  });
  follow(ledger, ledger.oldest - 1, res as unknown as ServerResponse);
  await expect.poll(() => written.length).toBe(1);
  expect(listening).toBe(true);
  // It does not read: it is written no more, however much happens.
  const [call] = ledger.calls();
  for (let i = 0; i < 20_000; i++) ledger.chunk(call!, 1);
  expect(written).toHaveLength(1);
  res.emit('drain');
  expect(res.destroyed).toBe(true);
  expect(written).toHaveLength(1);
  expect(listening).toBe(false);
});

/** Its oldest events are dropped. */
function longLedger(): Ledger {
  const ledger = new Ledger({ events: 5000 });
  const call = ledger.open(1);
  for (let i = 0; i < 20_000; i++) ledger.chunk(call, 1);
  return ledger;
}

async function take(lines: AsyncGenerator<LedgerLine>, count: number): Promise<LedgerLine[]> {
  const taken: LedgerLine[] = [];
  while (taken.length < count) taken.push((await lines.next()).value);
  return taken;
}
