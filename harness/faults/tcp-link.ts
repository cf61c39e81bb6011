/**
 * A plain TCP proxy between the target and what it depends on: PostgreSQL, the LLM. It knows bytes only.
 *
 *     target ── 127.0.0.1:port ── link ──▶ PostgreSQL
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Recorder } from '../history/index.ts';
import type { FaultName } from './fault.ts';
import { createFaultLog } from './fault-log.ts';
import { listen } from './listen.ts';

export interface TcpLink {
  /** On 127.0.0.1. */
  port: number;
  /** Passes nothing on, in either direction, and loses nothing, until `release`. */
  hold(fault?: FaultName): void;
  release(): void;
  /**
   * Resets both sides of every connection; new ones are accepted.
   *
   * @returns how many there were
   */
  cut(fault?: FaultName): number;
  /** Resets new connections until `heal`; what is going on goes on. */
  refuse(fault?: FaultName): void;
  heal(): void;
  /** Connections that are open. */
  connections(): number;
  /** Connections on which something waits to be passed on, while it holds. */
  waiting(): number;
  close(): Promise<void>;
}

export interface TcpLinkSetup {
  /** The place, as the history names it: `llm`, `database`. */
  name: string;
  upstream: { host: string; port: number };
  recorder: Recorder;
}

/** @throws HF_LISTEN */
export async function startTcpLink({ name, upstream, recorder }: TcpLinkSetup): Promise<TcpLink> {
  const log = createFaultLog(recorder, name);
  const holds = createFaultLog(recorder, name);
  const pairs = new Set<Pair>();
  let isHeld = false;
  let refuses = false;

  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    if (refuses) {
      near.on('error', () => {});
      near.resetAndDestroy();
      return;
    }
    const pair = createPair(near, upstream, () => pairs.delete(pair));
    pairs.add(pair);
    if (!isHeld) pair.pass();
  });
  const port = await listen(listener, `The link to ${name}`);

  function cut(): number {
    const hit = pairs.size;
    for (const pair of pairs) pair.reset();
    return hit;
  }

  return {
    port,
    hold(fault) {
      if (isHeld) return;
      isHeld = true;
      if (fault) holds.struck(fault, `${name}-hold`, pairs.size);
      for (const pair of pairs) pair.hold();
    },
    release() {
      if (!isHeld) return;
      isHeld = false;
      holds.healed();
      for (const pair of pairs) pair.pass();
    },
    cut(fault) {
      if (fault) log.struck(fault, `${name}-cut`, pairs.size);
      const hit = cut();
      if (fault) log.healed(fault.id);
      return hit;
    },
    refuse(fault) {
      refuses = true;
      if (fault) log.struck(fault, `${name}-refuse`, pairs.size);
    },
    heal() {
      refuses = false;
      log.healed();
    },
    connections: () => pairs.size,
    waiting: () => [...pairs].filter((pair) => pair.waits()).length,
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      cut();
      await closed;
    },
  };
}

interface Pair {
  pass(): void;
  hold(): void;
  reset(): void;
  /** The near side has said something that was not passed on. */
  waits(): boolean;
}

/** The two connections of a link. Each end and each reset is passed on, in its place behind the bytes. */
function createPair(near: Socket, upstream: { host: string; port: number }, over: () => void): Pair {
  let far: Socket | undefined;
  let isHeld = true;
  const broken = new Set<Socket>();

  function join(a: Socket, b: () => Socket | undefined): void {
    // The reason of a break is told by `close`.
    a.on('error', () => broken.add(a));
    a.on('close', () => {
      if (!isHeld) follow(a, b());
    });
  }

  /** One side is gone: an orderly end has been piped to the other; anything else breaks it too. */
  function follow(gone: Socket, other: Socket | undefined): void {
    if (broken.has(gone) || !other) other?.resetAndDestroy();
    if (near.destroyed && (far?.destroyed ?? true)) over();
  }

  join(near, () => far);
  return {
    pass() {
      isHeld = false;
      if (!far && !near.destroyed) {
        far = connect({ ...upstream, allowHalfOpen: true, noDelay: true });
        join(far, () => near);
      }
      if (!far) {
        over();
        return;
      }
      near.pipe(far);
      far.pipe(near);
      if (near.destroyed) follow(near, far);
      if (far.destroyed) follow(far, near);
    },
    hold() {
      isHeld = true;
      if (far) near.unpipe(far);
      far?.unpipe(near);
    },
    reset() {
      isHeld = false;
      broken.add(near);
      near.resetAndDestroy();
      far?.resetAndDestroy();
      if (!far) over();
    },
    waits: () => isHeld && near.readableLength > 0,
  };
}
