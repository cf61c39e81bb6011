/** An answer that goes out chunk by chunk. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { Body } from './body.ts';
import { cut, type Delivery, type Parts } from './delivery.ts';
import type { Script } from './dialects/dialect.ts';
import type { Bytes } from './faults/fault.ts';
import type { Call, Ledger } from './ledger.ts';

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
  /** What was said in this turn goes out in one write: an unpaced stream costs one for dozens of chunks. */
  #pending = '';
  #pendingBytes = 0;
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
    this.#res.writeHead(200, STREAM_HEADERS);
    this.#say(this.#script.opening.join(''));
    // A recording has none, and its headers are not to wait for its first frame.
    if (this.#pending === '') this.#res.flushHeaders();
  }

  chunk(i: number): void {
    const bytes = this.#say(this.#script.chunk(this.#answer.text(i), i));
    this.#ledger.chunk(this.#call, bytes, i, this.#struck?.has(i));
  }

  #say(text: string): number {
    const bytes = Buffer.byteLength(text);
    this.#pending = this.#pending === '' ? text : this.#pending + text;
    this.#pendingBytes += bytes;
    return bytes;
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
    if (this.#pending === '') return this.#body.keepsUp;
    const keepsUp = this.#body.write(this.#pending, this.#pendingBytes);
    this.#pending = '';
    this.#pendingBytes = 0;
    return keepsUp;
  }

  onceDrained(listener: () => void): void {
    this.#body.onceDrained(listener);
  }

  end(): void {
    this.#end(this.#script.closing().join(''));
  }

  finish(): void {
    this.#end('');
  }

  fail(chunks: number): void {
    this.#end(this.#script.failure(chunks));
  }

  #end(last: string): void {
    this.#body.end(this.#pending + last);
    this.#pending = '';
  }

  close(how: 'clean' | 'fin' | 'reset'): void {
    this.flush();
    cut(this.#res, how);
  }
}
