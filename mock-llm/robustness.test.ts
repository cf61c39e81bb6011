/** Callers that misbehave, and many of them: clear answers, and nobody else is harmed. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { oracleText } from './oracle.ts';
import { contentOf, framesOf, prompt, received, startRig } from './testing/rig.ts';
import { dial, hear } from './testing/wire.ts';

const ask = (content: string) => ({ model: 'any', stream: true, messages: [{ role: 'user', content }] });

test('5,000 connections at once: each gets its whole answer', async () => {
  const rig = await startRig();
  const callers = Array.from({ length: 5000 }, async (_, seed) => {
    const { body, how } = await hear(
      await dial(rig.port, '/v1/chat/completions', ask(prompt(seed, 3, { gap: 50 }))),
    );
    return how === 'end' && contentOf(framesOf(body)).join('') === oracleText(seed, 0, 3);
  });
  const whole = await Promise.all(callers);
  expect(whole.filter((is) => is)).toHaveLength(5000);
  expect(await rig.active()).toBe(0);
});

test('callers that stop in the middle of a request: the others are served', async () => {
  const rig = await startRig();
  const stuck = await Promise.all(
    [
      'POST /v1/chat/comp',
      'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\n{"model"',
    ].map(async (text) => {
      const socket = connect(rig.port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
      socket.write(text);
      return socket;
    }),
  );
  expect((await received(await rig.chat(prompt(1, 500)))).complete).toBe(true);
  for (const socket of stuck) expect(socket.readyState).toBe('open');
  expect((await rig.ledger()).calls).toHaveLength(1);
});

test('a body of 50 MB that says no length: refused, while a stream beside it goes on', async () => {
  const rig = await startRig();
  const beside = rig.chat(prompt(1, 200, { gap: 2 }));
  const megabyte = 'x'.repeat(1024 * 1024);
  const answer = await fetch(`${rig.url}/v1/chat/completions`, {
    method: 'POST',
    duplex: 'half',
    body: ReadableStream.from(Array.from({ length: 50 }, () => new TextEncoder().encode(megabyte))),
  });
  expect(answer.status).toBe(413);
  expect((await received(await beside)).complete).toBe(true);
});

test('thirty callers that never read hold up nobody, and cost only what the system buffers', async () => {
  const rig = await startRig();
  const lazy: Socket[] = [];
  for (let seed = 0; seed < 30; seed++) {
    const socket = await dial(rig.port, '/v1/chat/completions', ask(prompt(seed, 1_000_000)));
    socket.pause();
    lazy.push(socket);
  }
  const blocked = async () => (await rig.ledger()).calls.every(({ state }) => state === 'reader');
  while (!(await blocked()));
  expect((await received(await rig.chat(prompt(1000, 2000)))).complete).toBe(true);
  for (const { chunks } of (await rig.ledger()).calls.slice(0, 30)) expect(chunks).toBeLessThan(1_000_000);
  for (const socket of lazy) socket.destroy();
  while ((await rig.active()) > 0);
});
