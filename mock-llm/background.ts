/**
 * Answers that go on without a caller: each is spoken to nobody, and whoever is attached reads along, from any event
 * on, for all events are known beforehand. So a reader that comes late, or comes back, gets the very same bytes.
 */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { cut, type Delivery } from './delivery.ts';
import type { Script, SnapshotStatus } from './dialects/dialect.ts';
import { MockLlmError } from './errors.ts';
import { sendJson } from './http.ts';
import type { Call, Ledger } from './ledger.ts';
import { STREAM_HEADERS } from './streamed.ts';

/** How many answers are kept; open ones are never dropped. */
const KEPT = 1000;
const FRAMES_A_TURN = 64;

export class BackgroundAnswer extends EventEmitter {
  readonly destroyed = false;
  readonly #answer: Answer;
  readonly #script: Script;
  readonly #opening: readonly string[];
  readonly #readers = new Set<ServerResponse>();
  #status: SnapshotStatus = 'in_progress';
  #chunks = 0;
  #last: readonly string[] = [];

  constructor(answer: Answer, script: Script) {
    super();
    this.setMaxListeners(0);
    this.#answer = answer;
    this.#script = script;
    this.#opening = script.opening();
  }

  get open(): boolean {
    return this.#status === 'in_progress';
  }

  snapshot(): { id: string } {
    return this.#script.snapshot!(this.#status, this.#chunks);
  }

  /** What the speaker speaks into. `opened` is called when it may be answered at all. */
  delivery(call: Call, ledger: Ledger, opened: () => void): Delivery {
    return {
      gateStep: (step) => step,
      writtenBefore: (step) => step,
      open: opened,
      chunk: (i) => {
        this.#chunks = i + 1;
        ledger.chunk(call, Buffer.byteLength(this.#script.chunk(this.#answer.text(i), i)), i);
        this.emit('grown');
      },
      write() {},
      flush: () => true,
      onceDrained() {},
      end: () => this.#finish('completed', this.#script.closing()),
      finish() {},
      fail: () => this.#finish('failed', [this.#script.failure(this.#chunks)]),
      close: (how) => {
        const readers = [...this.#readers];
        // From here on nothing is written to them, while what was written is on its way.
        this.#readers.clear();
        for (const res of readers) cut(res, how);
      },
    };
  }

  /** The call was refused before it was an answer. */
  refused(): void {
    this.#finish('failed', []);
  }

  /** Ends it, if it is not over. */
  cancel(): void {
    if (!this.open) return;
    this.emit('close');
    this.#status = 'cancelled';
    this.emit('grown');
  }

  /** Writes all events after number `after`, then those that come. */
  attach(res: ServerResponse, after: number): void {
    let next = after + 1;
    const pump = (): void => {
      if (!this.#readers.has(res)) return;
      const frames: string[] = [];
      while (frames.length < FRAMES_A_TURN) {
        const frame = this.#frame(next);
        if (frame === undefined) break;
        frames.push(frame);
        next++;
      }
      if (frames.length > 0 && !res.write(frames.join(''))) res.once('drain', pump);
      else if (frames.length === FRAMES_A_TURN) setImmediate(pump);
      else if (this.open) this.once('grown', pump);
      else res.end();
    };
    this.#readers.add(res);
    res.once('close', () => {
      this.#readers.delete(res);
      this.off('grown', pump);
    });
    res.writeHead(200, STREAM_HEADERS);
    res.flushHeaders();
    pump();
  }

  #frame(number: number): string | undefined {
    const opening = this.#opening;
    if (number < opening.length) return opening[number];
    const i = number - opening.length;
    return i < this.#chunks ? this.#script.chunk(this.#answer.text(i), i) : this.#last[i - this.#chunks];
  }

  #finish(status: SnapshotStatus, last: readonly string[]): void {
    this.#status = status;
    this.#last = last;
    this.emit('finish');
    this.emit('grown');
  }
}

export class Background {
  readonly #answers = new Map<string, BackgroundAnswer>();

  add(answer: BackgroundAnswer): void {
    this.#answers.set(answer.snapshot().id, answer);
    for (const [id, old] of this.#answers) {
      if (this.#answers.size <= KEPT) return;
      if (!old.open) this.#answers.delete(id);
    }
  }

  /** Ends all, as when the process that speaks them goes. */
  cancelAll(): void {
    for (const answer of this.#answers.values()) answer.cancel();
  }

  /**
   * `GET {path}/{id}?stream=true&starting_after=N` and `POST {path}/{id}/cancel`.
   *
   * @returns false where the request is neither
   * @throws MockLlmError ML_NO_RESPONSE, ML_INVALID
   */
  serve(method: string, rest: string, query: URLSearchParams, res: ServerResponse): boolean {
    const [, id = '', action] = /^\/([^/]+)(?:\/(cancel))?$/.exec(rest) ?? [];
    const isCancel = method === 'POST' && action === 'cancel';
    if (id === '' || !(isCancel || (method === 'GET' && action === undefined))) return false;
    const answer = this.#answers.get(id);
    if (!answer) throw new MockLlmError('ML_NO_RESPONSE', { id });
    if (isCancel) answer.cancel();
    if (!isCancel && query.get('stream') === 'true') answer.attach(res, startIn(query));
    else sendJson(res, 200, answer.snapshot());
    return true;
  }
}

function startIn(query: URLSearchParams): number {
  const after = query.get('starting_after');
  if (after === null) return -1;
  if (/^\d{1,9}$/.test(after)) return Number(after);
  throw new MockLlmError('ML_INVALID', {
    field: 'starting_after',
    allowed: 'the sequence_number of an event',
    actual: JSON.stringify(after),
  });
}
