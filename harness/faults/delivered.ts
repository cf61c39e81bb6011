/**
 * When a reset may follow a write.
 *
 * A reset overtakes what was written before it: the client's kernel may drop what it has not handed over, and a
 * browser or an HTTP library drops what it has read and not yet passed to the page. So a reset that is to strike
 * after an exact frame has to wait until that frame was consumed, and no system call tells that.
 *
 *     proxy ─ write ─▶ send queue ══ loopback ══▶ receive queue ─ read ─▶ library ─▶ page
 *            1 flushed            2 acknowledged                3 empty   4 a pause
 *
 * 1 is Node's word. A client in this process says itself how much it has read. Of others Linux tells 2 and 3, as of
 * every socket of the machine, in /proc/net/tcp. The pause bears what is left, the way within the client's process:
 * a while for a browser, and turns of the event loop for a client in this process, which no stall of the machine can
 * take from it. Where /proc does not tell, the pause is longer and is all there is.
 */
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { readerOf } from './readers.ts';

/** ms from the client's kernel having handed over the last byte to the reset. */
const PAUSE_AFTER_READ = 25;
/** ms from the last write to the reset, where the kernel does not tell whether it was read. */
const PAUSE_UNSEEN = 100;
/** Turns of the event loop that a pause lasts at least. */
const TURNS = 50;
/** ms after which a client that reads nothing is waited for no longer. */
const PATIENCE = 5_000;
/** ms between two looks. */
const INTERVAL = 5;
/** A look into /proc reads of every socket of the machine, and a busy one has thousands: it rests so many times as long as it took. */
const REST_AFTER_TABLE = 9;

interface Wait {
  socket: Socket;
  /** The client's end of it, where the client is in this process. */
  reader: Socket | undefined;
  /** How this connection stands in /proc/net/tcp: `ours theirs` as local and remote, and the other way round. */
  ours: string;
  theirs: string;
  until: number;
  settle(pause: number): void;
}

const waits = new Set<Wait>();

/** Resolves when the client has had all that was written to the socket; at the latest after some 5 s. */
export function delivered(socket: Socket): Promise<void> {
  const here = hex(socket.localAddress, socket.localPort);
  const there = hex(socket.remoteAddress, socket.remotePort);
  return new Promise((resolve) => {
    waits.add({
      socket,
      reader: readerOf(socket),
      ours: `${here} ${there}`,
      theirs: `${there} ${here}`,
      until: performance.now() + PATIENCE,
      settle: (pause) => void rest(pause).then(resolve),
    });
    if (waits.size === 1) void look();
  });
}

async function rest(pause: number): Promise<void> {
  await setTimeout(pause);
  for (let turn = 0; turn < TURNS; turn++) await setImmediate();
}

/** One look serves all that wait: a cut may hit thousands of connections at once. */
async function look(): Promise<void> {
  let nextTable = 0;
  while (waits.size > 0) {
    await setTimeout(INTERVAL);
    const flushed = [...waits].filter(({ socket }) => socket.destroyed || socket.writableLength === 0);
    const began = performance.now();
    const table = began >= nextTable && flushed.some(needsTable) ? readQueues() : 'not now';
    if (table !== 'not now') {
      const took = performance.now() - began;
      nextTable = began + took * (1 + REST_AFTER_TABLE);
    }
    for (const wait of flushed) {
      const pause = needsTable(wait)
        ? table === 'not now'
          ? undefined
          : pauseByTable(wait, table)
        : pauseByReader(wait);
      if (pause !== undefined) done(wait, pause);
    }
    const now = performance.now();
    for (const wait of waits) if (now > wait.until) done(wait, 0);
  }
}

/** A client that has just connected may not have said yet that it is in this process; nothing was written to it. */
function needsTable(wait: Wait): boolean {
  const { socket } = wait;
  if (socket.destroyed || socket.bytesWritten === 0) return false;
  wait.reader ??= readerOf(socket);
  return wait.reader === undefined;
}

function done(wait: Wait, pause: number): void {
  waits.delete(wait);
  wait.settle(pause);
}

/** undefined: not delivered yet. */
function pauseByReader({ socket, reader }: Wait): number | undefined {
  if (socket.destroyed || socket.bytesWritten === 0 || !reader || reader.destroyed) return 0;
  return reader.bytesRead >= socket.bytesWritten ? 0 : undefined;
}

/** undefined: not delivered yet. */
function pauseByTable({ ours, theirs }: Wait, queues: Map<string, Queues> | undefined): number | undefined {
  const near = queues?.get(ours);
  if (!near) return PAUSE_UNSEEN;
  if (near.unsent > 0) return undefined;
  const far = queues?.get(theirs);
  if (!far) return PAUSE_UNSEEN;
  return far.unread > 0 ? undefined : PAUSE_AFTER_READ;
}

interface Queues {
  /** Bytes that the other side has not acknowledged. */
  unsent: number;
  /** Bytes that the program has not read. */
  unread: number;
}

const LINE =
  /^\s*\d+: ([0-9A-F]{8}:[0-9A-F]{4}) ([0-9A-F]{8}:[0-9A-F]{4}) [0-9A-F]{2} ([0-9A-F]{8}):([0-9A-F]{8}) /gm;

function readQueues(): Map<string, Queues> | undefined {
  let table: string;
  try {
    table = readFileSync('/proc/net/tcp', 'latin1');
  } catch {
    return undefined;
  }
  const queues = new Map<string, Queues>();
  for (const [, local, remote, unsent, unread] of table.matchAll(LINE)) {
    queues.set(`${local} ${remote}`, {
      unsent: Number.parseInt(unsent!, 16),
      unread: Number.parseInt(unread!, 16),
    });
  }
  return queues;
}

/** An IPv4 address and port as /proc/net/tcp writes them on a little-endian machine: 0100007F:1F90. */
function hex(address = '', port = 0): string {
  const bytes = address.split('.').reverse().map(Number);
  return [Buffer.from(bytes), Buffer.from([port >> 8, port & 0xff])]
    .map((part) => part.toString('hex').toUpperCase())
    .join(':');
}
