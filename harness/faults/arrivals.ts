/**
 * What came from the target and was not passed on yet: a short queue, passed on in order, so that an end or a break is
 * never passed on before what came ahead of it. A target is not read from while the queue is full.
 */
import type { IncomingMessage } from 'node:http';

export type Arrival =
  | { what: 'head'; response: IncomingMessage }
  | { what: 'bytes'; bytes: Buffer }
  | { what: 'end' }
  | { what: 'broken' }
  | { what: 'unreachable'; why: string };

/** Reads of the target that may wait before it is read from no more. Each is at most 64 KiB. */
const MOST_WAITING = 16;

export interface Gate {
  /** @param isWhole the end has come, in whatever way */
  mayPass(isWhole: boolean): boolean;
  pass(arrival: Arrival): void;
  /** All is read, however much waits. */
  readsAll(): boolean;
}

export class Arrivals {
  readonly #gate: Gate;
  readonly #waiting: Arrival[] = [];
  #body: IncomingMessage | undefined;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** Reads an answer of the target, to its end. */
  read(body: IncomingMessage): void {
    this.#body = body;
    this.push({ what: 'head', response: body });
    body.on('data', (bytes: Buffer) => this.push({ what: 'bytes', bytes }));
    body.on('end', () => this.push({ what: 'end' }));
    body.on('error', () => this.push({ what: 'broken' }));
    // It broke before anybody listened, and tells nobody of that any more.
    if (body.destroyed && !body.readableEnded) this.push({ what: 'broken' });
  }

  push(arrival: Arrival): void {
    this.#waiting.push(arrival);
    this.pump();
    if (this.#waiting.length >= MOST_WAITING && !this.#gate.readsAll()) this.#body?.pause();
  }

  /** Passes on what may be. */
  pump(): void {
    while (this.#waiting.length > 0 && this.#gate.mayPass(this.#isWhole))
      this.#gate.pass(this.#waiting.shift()!);
    if (this.#waiting.length === 0 && this.#body?.isPaused()) this.#body.resume();
  }

  get #isWhole(): boolean {
    const last = this.#waiting.at(-1)?.what;
    return last !== 'head' && last !== 'bytes';
  }
}
