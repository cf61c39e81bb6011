import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { CutStyle } from './fault.ts';
import { FRAMES, startBench, streams, streamsByHand } from './testing/bench.ts';
import { openRaw } from './testing/raw-client.ts';

const WHOLE = Buffer.concat(FRAMES);

/** A stream that has come as far as the first text, on a device of its own. */
async function midStream() {
  const stream = streamsByHand();
  const bench = await startBench(stream.handler);
  const device = await bench.proxy.device('laptop');
  const client = openRaw(device.url);
  stream.write(FRAMES[1]!);
  await client.hasBody(FRAMES[1]!.length);
  return { stream, bench, device, client, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}

describe('a strike', () => {
  it('hits only the stream and the path that it is aimed at, once', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    const ask = async (path: string, stream: string) =>
      (await fetch(device.url + path, { headers: { 'x-holdfast-stream': stream } })).text();
    const strike = device.strike({ afterText: 2, path: /^\/b/g, stream: 's2' }, 'clean-end', {
      id: 'f1',
      send: 7,
    });
    expect(await ask('/a', 's2')).toBe(WHOLE.toString());
    expect(await ask('/b', 's1')).toBe(WHOLE.toString());
    expect(await ask('/b', 's2')).toBe(Buffer.concat(FRAMES.slice(0, 2)).toString());
    expect(await ask('/b', 's2')).toBe(WHOLE.toString());
    expect(await strike.struck).toEqual({ exchange: 'x2', text: 2 });
    expect(bench.of('fault')).toMatchObject(
      ['armed', 'struck', 'healed'].map((state) => ({ state, send: 7 })),
    );
  });

  it('strikes at once a stream that already stands past its point', async () => {
    await using at = await midStream();
    const strike = at.device.strike({ afterText: 1 }, 'reset', { id: 'f1' });
    expect(await strike.struck).toEqual({ exchange: 'x0', text: 2 });
    expect(await at.client.ended).toBe('reset');
  });

  it.each([
    [
      'counts what its client had before it left and took the answer up again',
      true,
      ['armed', 'struck', 'healed'],
    ],
    ['counts each exchange by itself otherwise', undefined, ['armed']],
  ] as const)('%s', async (_, takenUp, states) => {
    await using at = await midStream();
    at.device.strike({ afterText: 4, ...(takenUp && { takenUp }) }, 'reset', { id: 'f1' });
    at.client.socket.destroy();
    await at.bench.recorded(({ type }) => type === 'wire.close');
    const again = openRaw(at.device.url);
    await once(again.socket, 'data');
    // Two units of text came before, and now three.
    at.stream.write(FRAMES[3]!);
    await again.hasBody(FRAMES[3]!.length);
    if (takenUp) expect(await again.ended).toBe('reset');
    expect(at.bench.of('fault').map(({ state }) => state)).toEqual(states);
  });

  it('does not count what a fault has cut off', async () => {
    await using at = await midStream();
    at.device.strike({ afterText: 1 }, 'black-hole', { id: 'f1' });
    at.device.strike({ afterText: 4, takenUp: true }, 'reset', { id: 'f2' });
    at.device.heal();
    expect(await at.client.ended).toBe('reset');
    const again = openRaw(at.device.url);
    await once(again.socket, 'data');
    at.stream.write(FRAMES[3]!);
    await again.hasBody(FRAMES[3]!.length);
    expect(at.bench.of('fault').filter(({ fault }) => fault === 'f2')).toHaveLength(1);
  });

  it('strikes no more once it is disarmed', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    device.strike({ afterText: 2 }, 'reset', { id: 'f1' }).disarm();
    expect(await (await fetch(device.url)).text()).toBe(WHOLE.toString());
    expect(bench.of('fault').map(({ state }) => state)).toEqual(['armed']);
  });

  it('waits for text: a stream that ends before its point goes unharmed, the next is struck', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    device.strike({ afterText: 8 }, 'reset', { id: 'f1' });
    expect(await (await fetch(device.url)).text()).toBe(WHOLE.toString());
    expect(bench.of('fault')).toHaveLength(1);
  });

  it.each(['reset', 'fin', 'half-frame', 'clean-end'] as const)(
    'by %s closes the request to the target',
    async (style) => {
      await using at = await midStream();
      const closed = at.bench.left();
      at.device.strike({ afterText: 2 }, style, { id: 'f1' });
      if (style === 'half-frame') at.stream.write(FRAMES[3]!);
      await closed;
    },
  );

  it.each(['reset', 'fin'] as const)(
    'before the head lets nothing of the response out, by %s',
    async (style) => {
      await using bench = await startBench(streams('one by one'));
      const device = await bench.proxy.device('laptop');
      const strike = device.strike({ afterText: 0, beforeHead: true }, style, { id: 'f1' });
      const client = openRaw(device.url);
      expect(await client.ended).toBe(style);
      expect(client.received()).toHaveLength(0);
      expect(await strike.struck).toEqual({ exchange: 'x0', text: 0 });
      expect(bench.of('wire.close')).toMatchObject([{ by: 'fault' }]);
      expect(bench.of('wire.close')[0]).not.toHaveProperty('http');
      expect(await (await fetch(device.url)).text()).toBe(WHOLE.toString());
    },
  );

  it('before the head leaves no frame to end after', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    const strike = () => device.strike({ afterText: 0, beforeHead: true }, 'half-frame', { id: 'f1' });
    expect(strike).toThrow(/not by half-frame/);
  });

  it('may refuse what comes after it, until the device heals', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    const strike = device.strike({ afterText: 2 }, 'reset', { id: 'f1', thenRefuse: true });
    await expect(fetch(device.url).then((answer) => answer.text())).rejects.toThrow();
    await strike.struck;
    await expect(fetch(device.url)).rejects.toThrow();
    expect(bench.of('fault').map(({ state }) => state)).toEqual(['armed', 'struck']);
    device.heal();
    expect(await (await fetch(device.url)).text()).toBe(WHOLE.toString());
    expect(bench.of('fault').at(-1)).toMatchObject({ fault: 'f1', state: 'healed' });
  });
});

describe('a cut', () => {
  const ends: [CutStyle, 'fin' | 'reset' | 'kept'][] = [
    ['reset', 'reset'],
    ['fin', 'fin'],
    ['clean-end', 'kept'],
  ];
  it.each(ends)('by %s ends what is live, and refuses what is new', async (style, how) => {
    await using at = await midStream();
    expect(at.device.live()).toBe(1);
    expect(at.device.cut(style, { id: 'f1' })).toBe(1);
    expect(at.device.live()).toBe(0);
    if (how !== 'kept') expect(await at.client.ended).toBe(how);
    expect(at.client.body().bytes).toEqual(FRAMES[1]);
    await expect(fetch(at.device.url)).rejects.toThrow();
    at.device.heal();
    expect(at.bench.of('fault')).toMatchObject([
      { kind: style, state: 'struck', live: 1 },
      { state: 'healed' },
    ]);
  });

  it('by half-frame waits for the next frame of each stream', async () => {
    await using at = await midStream();
    expect(at.device.cut('half-frame', { id: 'f1' })).toBe(1);
    at.stream.write(FRAMES[3]!);
    expect(await at.client.ended).toBe('reset');
    const { bytes } = at.client.body();
    expect(bytes.length).toBeGreaterThan(FRAMES[1]!.length);
    expect(bytes.length).toBeLessThan(FRAMES[1]!.length + FRAMES[3]!.length);
  });

  it('by half-frame that got no next frame resets when it heals', async () => {
    await using at = await midStream();
    at.device.cut('half-frame', { id: 'f1' });
    at.device.heal();
    expect(await at.client.ended).toBe('reset');
    expect(at.client.body().bytes).toEqual(FRAMES[1]);
  });

  it('by half-frame resets a stream that ends without a next frame', async () => {
    await using at = await midStream();
    at.device.cut('half-frame', { id: 'f1' });
    at.stream.end();
    expect(await at.client.ended).toBe('reset');
    expect(at.client.body()).toEqual({ bytes: FRAMES[1], terminated: false });
  });

  it('lets no request through that was kept back when it came', async () => {
    await using bench = await startBench(streams('in one piece'));
    const device = await bench.proxy.device('laptop');
    device.hold();
    const client = openRaw(device.url);
    await bench.recorded((event) => event.type === 'wire.open');
    device.cut('reset', { id: 'f1' });
    device.release();
    expect(await client.ended).toBe('reset');
    device.heal();
    expect(await (await fetch(device.url)).text()).toBe(WHOLE.toString());
    expect(bench.requests).toHaveLength(1);
  });

  it('resets an answer that has not begun', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await using bench = await startBench(() => asked());
    const device = await bench.proxy.device('laptop');
    const client = openRaw(device.url);
    await isAsked;
    expect(device.cut('clean-end', { id: 'f1' })).toBe(0);
    expect(await client.ended).toBe('reset');
    expect(client.received().length).toBe(0);
  });

  it('does not count a stream that has said its end', async () => {
    await using at = await midStream();
    at.stream.write(FRAMES[6]!);
    await at.client.hasBody(FRAMES[1]!.length + FRAMES[6]!.length);
    expect(at.device.cut('reset', { id: 'f1' })).toBe(0);
    expect(await at.client.ended).toBe('reset');
  });

  it('breaks idle connections too', async () => {
    await using bench = await startBench((_, response) => response.end('a'));
    const device = await bench.proxy.device('laptop');
    const client = openRaw(device.url);
    await once(client.socket, 'data');
    device.cut('reset', { id: 'f1' });
    expect(await client.ended).toBe('reset');
  });

  it('while the first is being made hits nothing more; both heal at once', async () => {
    await using at = await midStream();
    expect(at.device.cut('reset', { id: 'f1' })).toBe(1);
    expect(at.device.cut('black-hole', { id: 'f2' })).toBe(0);
    expect(await at.client.ended).toBe('reset');
    at.device.heal();
    expect(at.bench.of('fault').map(({ fault, state, live }) => [fault, state, live])).toEqual([
      ['f1', 'struck', 1],
      ['f2', 'struck', 0],
      ['f1', 'healed', undefined],
      ['f2', 'healed', undefined],
    ]);
  });

  it('by reset ends a black hole', async () => {
    await using at = await midStream();
    at.device.cut('black-hole', { id: 'f1' });
    expect(at.device.cut('reset', { id: 'f2' })).toBe(0);
    expect(await at.client.ended).toBe('reset');
    expect(at.client.body().bytes).toEqual(FRAMES[1]);
  });

  it('touches no other device', async () => {
    const { promise: rest, resolve: goOn } = Promise.withResolvers<void>();
    await using bench = await startBench(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(FRAMES[1]!);
      await rest;
      response.end(FRAMES[6]);
    });
    const devices = await Promise.all(['a', 'b', 'c', 'd'].map((name) => bench.proxy.device(name)));
    const clients = devices.map(({ url }) => openRaw(url));
    await Promise.all(clients.map((client) => client.hasBody(FRAMES[1]!.length)));
    devices[1]!.cut('reset', { id: 'f1' });
    devices[2]!.hold();
    devices[3]!.refuse();
    expect(devices.map((device) => device.live())).toEqual([1, 0, 1, 1]);
    expect(await clients[1]!.ended).toBe('reset');
    goOn();
    const whole = Buffer.concat([FRAMES[1]!, FRAMES[6]!]);
    for (const client of [clients[0]!, clients[3]!]) {
      await client.hasBody(whole.length);
      expect(client.body().bytes).toEqual(whole);
    }
    expect(clients[2]!.body().bytes).toEqual(FRAMES[1]);
    devices[2]!.release();
    await clients[2]!.hasBody(whole.length);
  });
});

describe('a hold', () => {
  it('passes nothing on, then everything in its order, the end included', async () => {
    await using at = await midStream();
    const other = await at.bench.proxy.device('witness');
    at.device.hold({ id: 'f1' });
    for (const frame of FRAMES.slice(2)) at.stream.write(frame);
    at.stream.end();
    await at.bench.left();
    // A second exchange goes there and back, so that the first had every chance to pass something on.
    openRaw(other.url);
    await at.bench.recorded((event) => event.type === 'wire.open' && event.device === 'witness');
    expect(at.client.body().bytes).toEqual(FRAMES[1]);
    at.device.release();
    await at.client.hasBody(WHOLE.length - FRAMES[0]!.length);
    expect(at.client.body().bytes).toEqual(Buffer.concat(FRAMES.slice(1)));
    expect(at.bench.of('fault')).toMatchObject([
      { kind: 'hold', state: 'struck', live: 1 },
      { state: 'healed' },
    ]);
  });

  it('keeps back what the target said before it died', async () => {
    await using at = await midStream();
    at.device.hold();
    at.stream.write(FRAMES[3]!);
    at.stream.kill();
    await at.bench.left();
    expect(at.client.body().bytes).toEqual(FRAMES[1]);
    at.device.release();
    expect(await at.client.ended).toBe('fin');
    expect(at.client.body()).toEqual({ bytes: Buffer.concat([FRAMES[1]!, FRAMES[3]!]), terminated: false });
  });

  it('keeps requests back', async () => {
    await using bench = await startBench(streams('in one piece'));
    const device = await bench.proxy.device('laptop');
    device.hold();
    const client = openRaw(device.url);
    await bench.recorded((event) => event.type === 'wire.open');
    expect(bench.requests).toHaveLength(0);
    device.release();
    await client.hasBody(WHOLE.length);
    expect(client.body().bytes).toEqual(WHOLE);
  });

  it('keeps back that a client has left', async () => {
    await using at = await midStream();
    at.device.hold();
    at.client.socket.destroy();
    await at.bench.recorded((event) => event.type === 'wire.close');
    expect(at.bench.requests[0]!.socket.destroyed).toBe(false);
    const closed = at.bench.left();
    at.device.release();
    await closed;
  });

  it('is not ended by healing', async () => {
    await using at = await midStream();
    at.device.hold({ id: 'f1' });
    at.device.heal();
    expect(at.bench.of('fault').map(({ state }) => state)).toEqual(['struck']);
  });
});

describe('refusing', () => {
  it('resets what is new, on old connections too, and lets what is going on go on', async () => {
    await using bench = await startBench(streams('one by one'));
    const device = await bench.proxy.device('laptop');
    const idle = openRaw(device.url);
    await idle.hasBody(WHOLE.length);
    device.refuse({ id: 'f1' });
    idle.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await idle.ended).toBe('reset');
    expect(await openRaw(device.url).ended).toBe('reset');
    expect(bench.requests).toHaveLength(1);
    device.heal();
    expect(await (await fetch(device.url)).text()).toBe(WHOLE.toString());
    expect(bench.of('fault').map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'refuse struck',
      'refuse healed',
    ]);
  });

  it('does not touch a stream that is live', async () => {
    await using at = await midStream();
    at.device.refuse();
    at.stream.write(FRAMES[3]!);
    await at.client.hasBody(FRAMES[1]!.length + FRAMES[3]!.length);
    expect(at.device.live()).toBe(1);
  });
});
