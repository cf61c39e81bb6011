/**
 * The ledger: what was really sent. Every call, when it was opened, each chunk as it was handed to the socket,
 * where it was held, how it ended. Memory is bounded: the oldest ended calls and the oldest events are dropped,
 * and counted. (Kept for ever: one number per seed, how often it was called. Without it a late call of an old
 * seed would pass for its first.)
 */
import { now } from './clock.ts';
import { type Entry, EventLog, type Kind } from './event-log.ts';
import { FAULTS } from './faults/registry.ts';
import { Totals } from './totals.ts';

export type Ending = 'completed' | 'aborted' | 'fault';
/**
 * `reader`: its reader does not read; `pace`: it speaks, chunk by chunk as paced; `gate`: it is held; `alone`: its
 * caller went away, and it goes on.
 */
export type CallState = 'pace' | 'gate' | 'reader' | 'alone' | Ending;

export interface Call {
  readonly id: string;
  /** null: auxiliary. */
  readonly send: number | null;
  /** Which call of that seed it is, from 0; 0 for auxiliary ones. */
  readonly attempt: number;
  /** Monotonic times, ms. */
  readonly opened: number;
  ended: number | null;
  state: CallState;
  /** Chunks that were written; one that was written twice counts once. */
  chunks: number;
  /** Of all frames of its chunks. */
  bytes: number;
}

interface EventBase {
  seq: number;
  /** Monotonic, ms. */
  t: number;
  call: string;
  attempt: number;
}
interface CallEvent extends EventBase {
  type: 'llm.call';
  send: number | null;
}
interface ChunkEvent extends EventBase {
  type: 'llm.chunk';
  send: number;
  i: number;
}
interface GateEvent<T> extends EventBase {
  type: T;
  send: number;
  /** Chunks written so far; -1: nothing at all was answered yet. */
  at: number;
}
/** A fault struck. A chunk that went out twice or out of order stands so among the chunk events. */
interface FaultEvent extends EventBase {
  type: 'llm.fault';
  send: number | null;
  fault: string;
  /** Index of the chunk; the number of chunks at the end; -1 before the headers. */
  at: number;
}
interface EndEvent extends EventBase {
  type: 'llm.end';
  send: number | null;
  how: Ending;
  chunks: number;
}
export type LedgerEvent =
  | CallEvent
  | ChunkEvent
  | GateEvent<'llm.held'>
  | GateEvent<'llm.released'>
  | FaultEvent
  | EndEvent;

export interface Limits {
  /** How many calls are kept; open ones are never dropped. */
  calls: number;
  events: number;
}

export const LIMITS: Limits = { calls: 10_000, events: 1_000_000 };

export class Ledger {
  readonly #limits: Limits;
  readonly #log: EventLog;
  readonly #attempts = new Map<number, number>();
  readonly #open = new Map<string, Call>();
  readonly #ended = new Map<string, Call>();
  readonly #listeners = new Set<() => void>();
  // Calls of a mock that was restarted must not be taken for those of the one before.
  readonly #instance = crypto.randomUUID().slice(0, 8);
  #count = 0;
  /** Of all calls, dropped ones included. */
  readonly totals = new Totals();

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#log = new EventLog(this.#limits.events);
  }

  /** Books a new call; `send` null: an auxiliary one. */
  open(send: number | null): Call {
    const attempt = send === null ? 0 : this.nextAttempt(send);
    if (send !== null) this.#attempts.set(send, attempt + 1);
    const call: Call = {
      id: `${this.#instance}-${this.#count++}`,
      send,
      attempt,
      opened: now(),
      ended: null,
      state: 'pace',
      chunks: 0,
      bytes: 0,
    };
    this.#open.set(call.id, call);
    this.totals.opened(send === null);
    this.#dropEnded();
    this.#append('llm.call', call, call.opened, 0);
    return call;
  }

  /** Which attempt the next call of a seed will be. */
  nextAttempt(send: number): number {
    return this.#attempts.get(send) ?? 0;
  }

  /** Chunk `i` was handed to the socket. Chunks of auxiliary calls are counted, and are no events. */
  chunk(call: Call, bytes: number, i = call.chunks, again = false, t = now()): void {
    if (!again) call.chunks++;
    call.bytes += bytes;
    this.totals.chunk(bytes);
    if (call.send !== null) this.#append('llm.chunk', call, t, i, bytes);
  }

  /** @param fault its name */
  fault(call: Call, fault: string, at: number): void {
    this.totals.fault(fault);
    this.#append(
      'llm.fault',
      call,
      now(),
      at,
      FAULTS.findIndex(({ name }) => name === fault),
    );
  }

  held(call: Call, at: number): void {
    call.state = 'gate';
    this.#append('llm.held', call, now(), at);
  }

  released(call: Call, at: number): void {
    call.state = 'pace';
    this.#append('llm.released', call, now(), at);
  }

  end(call: Call, how: Ending): void {
    call.ended = now();
    call.state = how;
    this.#open.delete(call.id);
    this.#ended.set(call.id, call);
    this.totals.ended(how);
    this.#dropEnded();
    this.#append('llm.end', call, call.ended, call.chunks);
  }

  /** How many calls are open. */
  get active(): number {
    return this.#open.size;
  }

  /** Calls that were dropped, and events. */
  get dropped(): Limits {
    return { calls: this.#count - this.#open.size - this.#ended.size, events: this.#log.oldest };
  }

  /** Sequence number of the newest event; -1 where there is none. */
  get last(): number {
    return this.#log.last;
  }

  /** Sequence number of the oldest event that is kept. */
  get oldest(): number {
    return this.#log.oldest;
  }

  /** The calls that are kept: ended ones in the order of their ends, then open ones. */
  *calls(): Generator<Call> {
    yield* this.#ended.values();
    yield* this.#open.values();
  }

  call(id: string): Call | undefined {
    return this.#open.get(id) ?? this.#ended.get(id);
  }

  /** Chunks of a call whose events are kept: index, time, bytes of the frame. */
  *chunksOf(call: Call): Generator<{ i: number; t: number; bytes: number }> {
    for (const entry of this.#log.read(0)) {
      if (entry.call === call && entry.kind === 'llm.chunk') {
        yield { i: entry.at, t: entry.t, bytes: entry.bytes };
      }
    }
  }

  /** The events that are kept, from sequence number `seq` on, at most `count`. */
  *events(seq: number, count?: number): Generator<LedgerEvent> {
    for (const entry of this.#log.read(seq, count)) yield eventOf(entry);
  }

  /** Calls `listener` after each new event. Returns what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #append(kind: Kind, call: Call, t: number, at: number, bytes = 0): void {
    this.#log.append(kind, call, t, at, bytes);
    for (const listener of this.#listeners) listener();
  }

  #dropEnded(): void {
    while (this.#open.size + this.#ended.size > this.#limits.calls) {
      const [oldest] = this.#ended.keys();
      if (oldest === undefined) return;
      this.#ended.delete(oldest);
    }
  }
}

function eventOf({ seq, t, kind, call, at, bytes }: Entry): LedgerEvent {
  const common = { seq, t, call: call.id, attempt: call.attempt };
  // Only calls with a seed are gated, and chunks of the others are no events.
  const send = call.send as number;
  switch (kind) {
    case 'llm.call':
      return { type: kind, ...common, send: call.send };
    case 'llm.chunk':
      return { type: kind, ...common, send, i: at };
    case 'llm.held':
    case 'llm.released':
      return { type: kind, ...common, send, at };
    case 'llm.fault':
      return { type: kind, ...common, send: call.send, fault: FAULTS[bytes]!.name, at };
    case 'llm.end':
      // The newest of its events: what the call says of itself is what it said then.
      return { type: kind, ...common, send: call.send, how: call.state as Ending, chunks: at };
  }
}
