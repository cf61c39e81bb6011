/** How an answer goes out: in one piece, or (streamed.ts) chunk by chunk. The ledger is told of what is handed over. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
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
  /** Hands over what was said since. @returns false where the reader is behind */
  flush(): boolean;
  /** Calls `listener` once, when a reader that was behind has caught up. */
  onceDrained(listener: () => void): void;
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

const IN_JSON = { status: 200, headers: { 'content-type': 'application/json' } };

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
    onceDrained() {},
    end() {
      const { status, headers } = script.head ?? IN_JSON;
      res.writeHead(status, headers);
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
