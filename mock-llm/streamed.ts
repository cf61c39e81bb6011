/** An answer that goes out chunk by chunk. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { Body } from './body.ts';
import { cut, type Delivery, type Parts } from './delivery.ts';
import type { Script } from './dialects/dialect.ts';
import type { Bytes } from './faults/fault.ts';
import type { Call, Ledger } from './ledger.ts';
import { Outbox } from './outbox.ts';

export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
} as const;

export class Streamed implements Delivery {
  readonly #res: ServerResponse;
  readonly #answer: Answer;
  readonly #script: Script;
  readonly #call: Call;
  readonly #ledger: Ledger;
  readonly #body: Body;
  #around: { head: Uint8Array; tail: Uint8Array } | null = null;
  /** What was said in this turn goes out in one write: an unpaced stream costs one for dozens of chunks. */
  readonly #said = new Outbox();
  /** Chunks that a fault wrote, in or out of turn. */
  #struck: Set<number> | null = null;

  constructor({ res, answer, script, call, ledger }: Parts) {
    this.#res = res;
    this.#answer = answer;
    this.#script = script;
    this.#call = call;
    this.#ledger = ledger;
    this.#body = new Body(res);
  }

  gateStep(step: number): number {
    return step;
  }

  writtenBefore(step: number): number {
    return step;
  }

  open(): void {
    const { status, headers } = this.#script.head ?? { status: 200, headers: {} };
    this.#res.writeHead(status, { ...STREAM_HEADERS, ...headers });
    const around = this.#script.around?.();
    if (around) this.#around = { head: Buffer.from(around.head), tail: Buffer.from(around.tail) };
    for (const frame of this.#script.opening()) this.#said.add(frame);
    // A recording has none, and its headers are not to wait for its first frame.
    if (this.#said.isEmpty) this.#res.flushHeaders();
  }

  chunk(i: number): void {
    const bytes = this.#frame(this.#answer.text(i), i);
    this.#ledger.chunk(this.#call, bytes, i, this.#struck?.has(i));
  }

  /** @returns its bytes */
  #frame(text: string, i: number): number {
    const said = this.#said;
    if (this.#around === null) return said.add(this.#script.chunk(text, i));
    return said.addBytes(this.#around.head) + said.addJson(text) + said.addBytes(this.#around.tail);
  }

  write(bytes: Bytes, chunk: number | null): void {
    this.flush();
    this.#body.writeBytes(bytes);
    if (chunk === null) return;
    this.#struck ??= new Set();
    this.#ledger.chunk(this.#call, Buffer.byteLength(bytes), chunk, this.#struck.has(chunk));
    this.#struck.add(chunk);
  }

  flush(): boolean {
    return this.#said.isEmpty ? this.#body.keepsUp : this.#body.write(this.#said);
  }

  onceDrained(listener: () => void): void {
    this.#body.onceDrained(listener);
  }

  end(): void {
    for (const frame of this.#script.closing()) this.#said.add(frame);
    this.#body.end(this.#said);
  }

  finish(): void {
    this.#body.end(this.#said);
  }

  fail(chunks: number): void {
    this.#said.add(this.#script.failure(chunks));
    this.#body.end(this.#said);
  }

  close(how: 'clean' | 'fin' | 'reset'): void {
    this.flush();
    cut(this.#res, how);
  }
}
