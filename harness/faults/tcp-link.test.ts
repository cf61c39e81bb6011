import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSource, type Recorded } from '../history/index.ts';
import { startTcpLink } from './tcp-link.ts';

/** A server behind a link, the connections it has, and what the link recorded. */
async function startBench(onConnection: (socket: Socket) => void) {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    socket.on('error', () => {});
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const events: Recorded[] = [];
  const recorder = createSource('link', (event) => events.push(event));
  const link = await startTcpLink({ name: 'database', upstream: { host: '127.0.0.1', port }, recorder });
  const opened: Socket[] = [];
  return {
    link,
    server,
    accepted,
    faults: () =>
      events.flatMap((event) =>
        event.type === 'fault' ? [`${event.kind} ${event.state} ${event.live}`] : [],
      ),
    open() {
      const socket = connect({ host: '127.0.0.1', port: link.port, allowHalfOpen: true });
      opened.push(socket);
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of [...opened, ...accepted]) socket.destroy();
      await link.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const echo = (socket: Socket) => void socket.pipe(socket);

async function readAll(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function brokenBy(socket: Socket): Promise<string> {
  const [error] = await once(socket, 'error');
  return error.code;
}

const none = async (count: () => number) => {
  while (count() > 0) await new Promise((resolve) => setImmediate(resolve));
};

describe('a link', () => {
  it('passes bytes both ways, and half-closes', async () => {
    await using bench = await startBench(async (socket) => {
      const all = await readAll(socket);
      socket.end(Buffer.from(`got ${all.length}`));
    });
    const socket = bench.open();
    socket.end(Buffer.alloc(5_000_000, 'x'));
    expect((await readAll(socket)).toString()).toBe('got 5000000');
    await none(bench.link.connections);
  });

  it('does not read from one side while the other does not', async () => {
    const most = 1_000;
    const block = Buffer.alloc(64 * 1024);
    let written = 0;
    await using bench = await startBench((socket) => {
      const fill = () => {
        while (written < most && socket.write(block)) written++;
      };
      socket.on('drain', fill);
      fill();
    });
    const socket = bench.open();
    socket.pause();
    await once(socket, 'connect');
    let before = -1;
    for (let still = 0; still < 20; still = written === before ? still + 1 : 0) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(written).toBeLessThan(most);
  });

  it.each(['client', 'server'] as const)('passes a reset of the %s on', async (side) => {
    await using bench = await startBench((socket) => socket.write('a'));
    const socket = bench.open();
    await once(socket, 'data');
    const [resets, feels] = side === 'client' ? [socket, bench.accepted[0]!] : [bench.accepted[0]!, socket];
    const broken = brokenBy(feels);
    feels.resume();
    resets.resetAndDestroy();
    expect(await broken).toBe('ECONNRESET');
    await none(bench.link.connections);
  });

  it('resets clients of a server that is not there', async () => {
    await using bench = await startBench(echo);
    await new Promise((resolve) => bench.server.close(resolve));
    expect(await brokenBy(bench.open())).toBe('ECONNRESET');
    await none(bench.link.connections);
  });
});

describe('a hold', () => {
  it('passes nothing on and loses nothing', async () => {
    await using bench = await startBench((socket) => {
      echo(socket);
      socket.write('hello ');
    });
    const early = bench.open();
    await once(early, 'data');
    bench.link.hold({ id: 'f1' });
    early.write('a');
    early.end('b');
    const late = bench.open();
    late.end('c');
    await once(late, 'connect');
    while (bench.link.connections() < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(bench.accepted).toHaveLength(1);
    expect(bench.accepted[0]!.bytesRead).toBe(0);
    bench.link.release();
    expect((await readAll(early)).toString()).toBe('ab');
    expect((await readAll(late)).toString()).toBe('hello c');
    expect(bench.faults()).toEqual(['database-hold struck 1', 'database-hold healed undefined']);
  });

  it('bears a cut, and clients and servers that leave meanwhile', async () => {
    await using bench = await startBench(echo);
    const sockets = [bench.open(), bench.open()];
    for (const socket of sockets) {
      socket.write('a');
      await once(socket, 'data');
    }
    bench.link.hold();
    sockets[0]!.resetAndDestroy();
    bench.accepted[1]!.resetAndDestroy();
    bench.open();
    while (bench.link.connections() < 3) await new Promise((resolve) => setImmediate(resolve));
    expect(bench.link.cut()).toBe(3);
    bench.link.release();
    await none(bench.link.connections);
  });
});

it('cuts both sides of every connection, and accepts new ones', async () => {
  await using bench = await startBench((socket) => socket.write('a'));
  const sockets = [bench.open(), bench.open()];
  await Promise.all(sockets.map((socket) => once(socket, 'data')));
  const broken = [...sockets, ...bench.accepted].map((socket) => brokenBy(socket.resume()));
  expect(bench.link.cut({ id: 'f1', send: 3 })).toBe(2);
  expect(await Promise.all(broken)).toEqual(Array(4).fill('ECONNRESET'));
  await once(bench.open(), 'data');
  expect(bench.faults()).toEqual(['database-cut struck 2', 'database-cut healed undefined']);
});

it('refuses new connections until it heals, and leaves the others alone', async () => {
  await using bench = await startBench(echo);
  const old = bench.open();
  old.write('a');
  await once(old, 'data');
  bench.link.refuse({ id: 'f1' });
  expect(await brokenBy(bench.open())).toBe('ECONNRESET');
  old.write('b');
  await once(old, 'data');
  bench.link.heal();
  const late = bench.open();
  late.write('c');
  await once(late, 'data');
  expect(bench.accepted).toHaveLength(2);
  expect(bench.faults()).toEqual(['database-refuse struck 1', 'database-refuse healed undefined']);
});
