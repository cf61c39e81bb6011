/** How an answer goes out: chunk by chunk, or in one piece. The ledger is told of what is handed to the socket. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { Script } from './dialects/dialect.ts';
import type { Call, Ledger } from './ledger.ts';

export interface Delivery {
  /** The gate's step that step `step` of the answer has to pass. */
  gateStep(step: number): number;
  /** Chunks that the reader can have got before `step`; -1: nothing at all, no headers either. */
  writtenBefore(step: number): number;
  open(): void;
  /** @returns false where the reader is behind; `drain` of the response says when it has caught up */
  chunk(i: number): boolean;
  end(): void;
}

export interface Parts {
  res: ServerResponse;
  answer: Answer;
  script: Script;
  call: Call;
  ledger: Ledger;
}

export function streamed({ res, answer, script, call, ledger }: Parts): Delivery {
  return {
    gateStep: (step) => step,
    writtenBefore: (step) => step,
    open() {
      res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
      res.write(script.opening);
    },
    chunk(i) {
      const frame = script.chunk(answer.text(i));
      const keepsUp = res.write(frame);
      ledger.chunk(call, Buffer.byteLength(frame));
      return keepsUp;
    },
    end: () => res.end(script.closing),
  };
}

/** Nothing of it can be read before all of it: so the gate must let the end pass, and holds it unanswered. */
export function inOnePiece({ res, answer, script, call, ledger }: Parts): Delivery {
  const texts: string[] = [];
  return {
    gateStep: () => answer.chunks,
    writtenBefore: () => -1,
    open() {},
    chunk(i) {
      texts.push(answer.text(i));
      return true;
    },
    end() {
      res.writeHead(200, { 'content-type': 'application/json' });
      res.end(JSON.stringify(script.whole(texts.join(''))));
      for (const text of texts) ledger.chunk(call, Buffer.byteLength(text));
    },
  };
}
