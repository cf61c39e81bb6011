/**
 * Speaks one answer, step by step (see gates.ts), as gate, pace and reader allow:
 *
 *     gate ──▶ pace ──▶ turn ──▶ write ──▶ reader ──▶ next step
 *
 * It waits for at most one thing at a time, and the end of the connection ends any waiting at once.
 */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { now } from './clock.ts';
import type { Delivery } from './delivery.ts';
import type { Gates } from './gates.ts';
import type { Call, Ledger } from './ledger.ts';

/** Steps taken in one turn of the event loop before other streams have theirs. */
const STEPS_A_TURN = 16;

export interface Stage {
  res: ServerResponse;
  answer: Answer;
  call: Call;
  delivery: Delivery;
  gates: Gates;
  ledger: Ledger;
}

export class Speaker {
  readonly #stage: Stage;
  #step = -1;
  #over = false;
  /** When the first step was due; moved on by the time spent at gates, not by any other lateness. */
  #start = now();
  #heldSince: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #leaveGate = () => {};

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  speak(): void {
    const { res } = this.#stage;
    res.once('finish', () => this.#end('completed'));
    res.once('close', () => this.#end('aborted'));
    if (res.destroyed) this.#end('aborted');
    this.#go();
  }

  #go = (): void => {
    const { answer, call, delivery, res } = this.#stage;
    for (let turn = 0; !this.#over; turn++) {
      if (!this.#passesGate()) return;
      const early = this.#dueIn();
      if (early > 0) {
        this.#timer = setTimeout(this.#go, Math.ceil(early));
        return;
      }
      if (turn === STEPS_A_TURN) {
        setImmediate(this.#go);
        return;
      }
      const step = this.#step++;
      if (step === answer.chunks) {
        delivery.end();
        return;
      }
      if (step === -1) delivery.open();
      else if (!delivery.chunk(step)) {
        call.state = 'reader';
        res.once('drain', this.#drained);
        return;
      }
    }
  };

  #drained = (): void => {
    if (this.#over) return;
    this.#stage.call.state = 'pace';
    this.#go();
  };

  #passesGate(): boolean {
    const { call, delivery, gates, ledger } = this.#stage;
    if (call.send === null) return true;
    const at = delivery.writtenBefore(this.#step);
    const open = gates.passes(call.send, delivery.gateStep(this.#step));
    if (!open && this.#heldSince === null) {
      this.#heldSince = now();
      this.#leaveGate = gates.watch(call.send, this.#go);
      ledger.held(call, at);
    }
    if (open && this.#heldSince !== null) {
      this.#leaveGate();
      this.#start += now() - this.#heldSince;
      this.#heldSince = null;
      ledger.released(call, at);
    }
    return open;
  }

  /** ms until the next step is due; the end is due with the last chunk. */
  #dueIn(): number {
    const { first, gap, chunks } = this.#stage.answer;
    if (this.#step === -1 || (first === 0 && gap === 0)) return 0;
    return this.#start + first + Math.min(this.#step, chunks - 1) * gap - now();
  }

  #end(how: 'completed' | 'aborted'): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#leaveGate();
    this.#stage.ledger.end(this.#stage.call, how);
  }
}
