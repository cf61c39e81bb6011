/** What the ledger says of the calls of one send, folded from its events. */
import type {
  LlmCallEvent,
  LlmChunkEvent,
  LlmEndEvent,
  LlmFaultEvent,
  LlmHeldEvent,
  LlmReleasedEvent,
} from '../../history/events.ts';

export type LlmEvent =
  | LlmCallEvent
  | LlmChunkEvent
  | LlmHeldEvent
  | LlmReleasedEvent
  | LlmFaultEvent
  | LlmEndEvent;

export type LlmEnd = Pick<LlmEndEvent, 'attempt' | 'how' | 'chunks'>;

interface Call {
  attempt: number;
  /** How many were written, repeated ones counted again. */
  chunks: number;
  /** Chunks written before the barrier where it waits now, -1 for all of the answer; null: it goes on. */
  heldAt: number | null;
  end: LlmEnd | null;
}

export class SendLedger {
  readonly #calls = new Map<string, Call>();

  apply(event: LlmEvent): void {
    if (event.type === 'llm.call') {
      this.#calls.set(event.call, { attempt: event.attempt, chunks: 0, heldAt: null, end: null });
      return;
    }
    const call = this.#calls.get(event.call);
    if (!call) return;
    if (event.type === 'llm.chunk') call.chunks++;
    else if (event.type === 'llm.held') call.heldAt = event.at;
    else if (event.type !== 'llm.fault') call.heldAt = null;
    if (event.type === 'llm.end') call.end = { attempt: event.attempt, how: event.how, chunks: event.chunks };
  }

  get opened(): boolean {
    return this.#calls.size > 0;
  }

  /** A call waits at a barrier before which at least `at` chunks were written. */
  heldAt(at: number): boolean {
    return this.#some((call) => call.heldAt !== null && call.heldAt >= at);
  }

  /** One call wrote at least `chunks` chunks. */
  emitted(chunks: number): boolean {
    return this.#some((call) => call.chunks >= chunks);
  }

  /** How the newest call ended, once none is open. */
  get ended(): LlmEnd | null {
    if (this.#some((call) => call.end === null)) return null;
    return [...this.#calls.values()].at(-1)?.end ?? null;
  }

  /** In words, for whoever waited in vain. */
  toString(): string {
    if (!this.opened) return 'it was never called';
    const words = [...this.#calls.values()].map(({ attempt, chunks, heldAt, end }) => {
      const state = end ? end.how : heldAt === null ? 'speaking' : heldAt < 0 ? 'held unanswered' : 'held';
      return `attempt ${attempt} ${state} after ${chunks} chunks`;
    });
    return words.join(', ');
  }

  #some(is: (call: Call) => boolean): boolean {
    for (const call of this.#calls.values()) if (is(call)) return true;
    return false;
  }
}
