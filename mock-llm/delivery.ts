/** How an answer goes out: chunk by chunk, or in one piece. The ledger is told of what is handed to the socket. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { now } from './clock.ts';
import type { Script } from './dialects/dialect.ts';
import type { Bytes } from './faults/fault.ts';
import type { Call, Ledger } from './ledger.ts';

export interface Delivery {
  /** The gate's step that step `step` of the answer has to pass. */
  gateStep(step: number): number;
  /** Chunks that the reader can have got before `step`; -1: nothing at all, no headers either. */
  writtenBefore(step: number): number;
  open(): void;
  chunk(i: number): void;
  /** Writes something else; it completes the frame of chunk `chunk`, or of none. */
  write(bytes: Bytes, chunk: number | null): void;
  /** Hands over what was said since. @returns false where the reader is behind; `drain` says when it caught up */
  flush(): boolean;
  /** What comes after the last chunk, and the end of the body. */
  end(): void;
  /** The end of the body: what comes after the last chunk was written. */
  finish(): void;
  /** The provider says, after so many chunks, that it failed. */
  fail(chunks: number): void;
  /** Ends here: cleanly, in the middle of the body, or by a reset; after all that was written has left. */
  close(how: 'clean' | 'fin' | 'reset'): void;
}

export interface Parts {
  res: ServerResponse;
  answer: Answer;
  script: Script;
  call: Call;
  ledger: Ledger;
}

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
} as const;

const IN_JSON = { status: 200, contentType: 'application/json' };

export function streamed({ res, answer, script, call, ledger }: Parts): Delivery {
  // Chunks that a fault wrote, in or out of turn.
  const seen = new Set<number>();
  // Chunks said in one turn go out in one write: an unpaced stream costs one for dozens of them.
  const pending: string[] = [];
  const indices: number[] = [];
  let opening = '';

  /** What was said and not handed over; from here on it counts as handed over. */
  function taken(): string {
    const text = opening + (pending.length === 1 ? pending[0]! : pending.join(''));
    opening = '';
    const t = now();
    for (let at = 0; at < pending.length; at++) {
      const i = indices[at]!;
      ledger.chunk(call, Buffer.byteLength(pending[at]!), i, seen.has(i), t);
    }
    pending.length = 0;
    indices.length = 0;
    return text;
  }

  function flush(): boolean {
    const text = taken();
    return text === '' ? !res.writableNeedDrain : res.write(text);
  }

  return {
    gateStep: (step) => step,
    writtenBefore: (step) => step,
    open() {
      res.writeHead(200, STREAM_HEADERS);
      opening = script.opening.join('');
      // A recording has none, and its headers are not to wait for its first frame.
      if (opening === '') res.flushHeaders();
    },
    chunk(i) {
      indices.push(i);
      pending.push(script.chunk(answer.text(i), i));
    },
    write(bytes, chunk) {
      flush();
      res.write(bytes);
      if (chunk === null) return;
      ledger.chunk(call, Buffer.byteLength(bytes), chunk, seen.has(chunk));
      seen.add(chunk);
    },
    flush,
    end: () => res.end(taken() + script.closing().join('')),
    finish: () => res.end(taken()),
    fail: (chunks) => res.end(taken() + script.failure(chunks)),
    close(how) {
      flush();
      cut(res, how);
    },
  };
}

/** Nothing of it can be read before all of it: so the gate must let the end pass, and holds it unanswered. */
export function inOnePiece({ res, answer, script, call, ledger }: Parts): Delivery {
  let said = 0;
  return {
    gateStep: () => answer.chunks,
    writtenBefore: () => -1,
    open() {},
    chunk() {
      said++;
    },
    // Faults that write need a stream.
    write() {},
    finish() {},
    fail() {},
    flush: () => true,
    end() {
      const { status, contentType } = script.head ?? IN_JSON;
      res.writeHead(status, { 'content-type': contentType });
      res.end(script.whole());
      for (let i = 0; i < said; i++) ledger.chunk(call, Buffer.byteLength(answer.text(i)), i);
    },
    close: (how) => cut(res, how),
  };
}

/** Ends a response as told, after what was written has left. */
export function cut(res: ServerResponse, how: 'clean' | 'fin' | 'reset'): void {
  const { socket } = res;
  if (how === 'clean') res.end();
  else if (socket) whenFlushed(res, () => (how === 'fin' ? socket.destroySoon() : socket.resetAndDestroy()));
}

/** An empty write is done when all before it are. */
function whenFlushed(res: ServerResponse, then: () => void): void {
  if (!res.headersSent) then();
  else if (res.writableLength === 0 && res.socket?.writableLength === 0) then();
  else res.socket!.write('', then);
}
