import { describe, expect, test } from 'vitest';
import type { Allow } from './gates.ts';
import { oracle, oracleText } from './oracle.ts';
import { prompt, type Refusal, received, startRig } from './testing/rig.ts';

const SEED = 0xfeedface;
const CHUNKS = 12;
const told = (k: number) => Array.from({ length: k }, (_, i) => oracle(SEED, 0, i));

describe('a gate set before the call', () => {
  test('"none": the call is opened and stays unanswered', async () => {
    const rig = await startRig();
    await rig.gate(SEED, 'none');
    let answered = false;
    const answer = rig.chat(prompt(SEED, CHUNKS)).finally(() => {
      answered = true;
    });
    expect(await rig.event('llm.held')).toMatchObject({ send: SEED, attempt: 0, at: -1 });
    expect(answered).toBe(false);
    expect(await rig.active()).toBe(1);
    await rig.gate(SEED, 'all');
    expect(await received(await answer)).toEqual({ chunks: told(CHUNKS), complete: true });
    expect(await rig.event('llm.released')).toMatchObject({ at: -1 });
  });

  // 0: headers and role, no content; the number of chunks: all of them, and no end.
  test.each([0, 1, 5, CHUNKS - 1, CHUNKS])('%i: that many chunks come, and no more', async (allow) => {
    const rig = await startRig();
    await rig.gate(SEED, allow);
    const answer = await rig.chat(prompt(SEED, CHUNKS));
    expect(answer.status).toBe(200);
    const held = await rig.event('llm.held');
    expect(held).toMatchObject({ send: SEED, at: allow });
    const [call] = (await rig.ledger()).calls;
    expect(call).toMatchObject({ state: 'gate', chunks: allow, ended: null });

    await rig.gate(SEED, 'all');
    expect(await received(answer)).toEqual({ chunks: told(CHUNKS), complete: true });
    // What came while it was held, came before it was released.
    const released = await rig.event('llm.released');
    const { sent } = await rig.call(call!.id);
    expect(sent.filter(({ t }) => t <= held.t).map(({ i }) => i)).toEqual(told(allow).map((_, i) => i));
    expect(sent.filter(({ t }) => t >= released.t)).toHaveLength(CHUNKS - allow);
  });

  test.each<Allow>([CHUNKS + 1, 'all'])('%s: nothing is held', async (allow) => {
    const rig = await startRig();
    await rig.gate(SEED, allow);
    expect(await received(await rig.chat(prompt(SEED, CHUNKS)))).toEqual({
      chunks: told(CHUNKS),
      complete: true,
    });
    expect(await eventTypes(rig)).not.toContain('llm.held');
  });
});

test('moved step by step, it lets out chunk after chunk', async () => {
  const rig = await startRig();
  await rig.gate(SEED, 'none');
  const answer = rig.chat(prompt(SEED, CHUNKS));
  for (let k = 0; k <= CHUNKS; k++) {
    await rig.event('llm.held', { at: k - 1 });
    await rig.gate(SEED, k);
  }
  await rig.event('llm.held', { at: CHUNKS });
  await rig.gate(SEED, 'all');
  expect((await received(await answer)).chunks).toEqual(told(CHUNKS));
  const types = await eventTypes(rig);
  expect(types.filter((type) => type === 'llm.held')).toHaveLength(CHUNKS + 2);
  expect(types.filter((type) => type === 'llm.released')).toHaveLength(CHUNKS + 2);
});

test('set below what is written, it holds where the call is', async () => {
  const rig = await startRig();
  await rig.gate(SEED, 6);
  const answer = await rig.chat(prompt(SEED, CHUNKS));
  const first = await rig.event('llm.held', { at: 6 });
  await rig.gate(SEED, 2);
  await rig.gate(SEED, 6);
  await rig.gate(SEED, 'none');
  await rig.gate(SEED, 7);
  const second = await rig.event('llm.held', { at: 7 });
  // Set anew while it held, it was neither held again nor released in between.
  const between = (await eventTypes(rig)).slice(first.seq + 1, second.seq);
  expect(between).toEqual(['llm.released', 'llm.chunk']);
  await rig.gate(SEED, 'all');
  expect((await received(answer)).chunks).toEqual(told(CHUNKS));
});

test('an answer in one piece is held unanswered until the end may pass', async () => {
  const rig = await startRig();
  await rig.gate(SEED, 0);
  const answer = rig.chat(prompt(SEED, CHUNKS), { stream: false });
  expect(await rig.event('llm.held')).toMatchObject({ at: -1 });
  await rig.gate(SEED, CHUNKS);
  await rig.gate(SEED, 'all');
  expect(await (await answer).json()).toMatchObject({
    choices: [{ message: { content: oracleText(SEED, 0, CHUNKS) } }],
  });
  expect(await eventTypes(rig)).toEqual([
    'llm.call',
    'llm.held',
    'llm.released',
    ...told(CHUNKS).map(() => 'llm.chunk'),
    'llm.end',
  ]);
});

test('it holds its own seed only, auxiliary calls never', async () => {
  const rig = await startRig();
  await rig.gate(SEED, 0);
  await rig.gate(0, 0);
  const held = await rig.chat(prompt(SEED, 2));
  expect((await received(await rig.chat(prompt(SEED + 1, 2)))).complete).toBe(true);
  expect((await received(await rig.chat('a title, please'))).complete).toBe(true);
  await rig.gate(SEED, 'all');
  expect((await received(held)).complete).toBe(true);
});

test('it holds every call of its seed', async () => {
  const rig = await startRig();
  await rig.gate(SEED, 1);
  const answers = await Promise.all([rig.chat(prompt(SEED, 2)), rig.chat(prompt(SEED, 2))]);
  await rig.event('llm.held', { attempt: 0 });
  await rig.event('llm.held', { attempt: 1 });
  await rig.gate(SEED, 'all');
  for (const answer of answers) expect((await received(answer)).complete).toBe(true);
});

test('it can be asked for', async () => {
  const rig = await startRig();
  const gate = async () => (await fetch(`${rig.url}/admin/gates/${SEED}`)).json();
  expect(await gate()).toEqual({ seed: SEED, allow: 'all' });
  for (const allow of ['none', 0, 7, 'all'] as const) {
    await rig.gate(SEED, allow);
    expect(await gate()).toEqual({ seed: SEED, allow });
  }
});

test.each<[path: string, body: string, says: string]>([
  ['1', '{"allow":-1}', '"allow" must be "none", "all", or how many chunks may be written, not -1'],
  ['1', '{"allow":1.5}', '"allow" must be'],
  ['1', '{"allow":"some"}', '"allow" must be'],
  ['1', '{"alow":1}', 'not missing'],
  ['1', 'null', 'not missing'],
  ['1', '{', 'not JSON'],
  ['4294967296', '{"allow":1}', '"seed" must be an unsigned 32-bit number in decimal'],
  ['zz', '{"allow":1}', '"seed" must be'],
  ['', '{"allow":1}', '"seed" must be'],
])('PUT /admin/gates/%s %s is refused', async (seed, body, says) => {
  const rig = await startRig();
  const answer = await fetch(`${rig.url}/admin/gates/${seed}`, { method: 'PUT', body });
  expect(answer.status).toBe(400);
  expect(((await answer.json()) as Refusal).error.message).toContain(says);
});

async function eventTypes(rig: Awaited<ReturnType<typeof startRig>>): Promise<string[]> {
  const types: string[] = [];
  for await (const line of rig.lines()) {
    if (line.type === 'alive') break;
    types.push(line.type);
  }
  return types;
}
