/**
 * Speaks one answer, step by step (see gates.ts), as gate, pace, faults and reader allow:
 *
 *     gate ──▶ pace ──▶ turn ──▶ faults ──▶ write ──▶ reader ──▶ next step
 *
 * It waits for at most one thing at a time, and the end of the connection ends any waiting at once.
 */
import type { Answer } from './answer.ts';
import { now } from './clock.ts';
import type { Delivery } from './delivery.ts';
import { type Act, KEEP_ALIVE_MS } from './faults/fault.ts';
import type { Plan } from './faults/plan.ts';
import type { Gates } from './gates.ts';
import type { Call, Ledger } from './ledger.ts';
import type { Turns } from './pace/turns.ts';
import { Alarm, type Wheel } from './pace/wheel.ts';

/** Steps taken in one turn, and written at once, before other streams have theirs. */
const STEPS_A_TURN = 64;

const STEP: Act = { do: 'step' };

/** Whoever is spoken to, as far as the speaker minds. */
export interface Reader {
  readonly destroyed: boolean;
  on(event: 'finish' | 'close', listener: () => void): unknown;
}

export interface Stage {
  reader: Reader;
  answer: Answer;
  call: Call;
  delivery: Delivery;
  plan: Plan;
  gates: Gates;
  ledger: Ledger;
  wheel: Wheel;
  turns: Turns;
  keepAlive: string;
  /** The answer goes on when the connection is closed: it is kept for whoever comes back. */
  survivesCuts: boolean;
  /** Answers with an error of the provider's. */
  refuse(act: Extract<Act, { do: 'refuse' }>): void;
}

export class Speaker {
  readonly #stage: Stage;
  #step = -1;
  /** What is still to be done at this step; null: it was not begun. */
  #acts: Act[] | null = null;
  #over = false;
  /** A fault ends the call. */
  #broken = false;
  /** The caller went away, and the call goes on. */
  #alone = false;
  /** When the step is due; moved on by the time spent at gates and pauses, not by any other lateness. */
  #due = now();
  readonly #dueAlarm: Alarm;
  /** Of a fault that is silent for a while. */
  #silence: Alarm | null = null;
  #heldSince: number | null = null;
  #leaveGate: (() => void) | null = null;

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#dueAlarm = new Alarm(this.#go);
  }

  speak(): void {
    const { reader } = this.#stage;
    reader.on('finish', () => this.#end(this.#broken ? 'fault' : 'completed'));
    reader.on('close', this.#closed);
    if (reader.destroyed) this.#closed();
    this.#go();
  }

  #closed = (): void => {
    if (this.#over) return;
    const { call, plan } = this.#stage;
    if (this.#broken) this.#end('fault');
    else if (!plan.ignoresAbort) this.#end('aborted');
    else {
      this.#alone = true;
      // A reader that is gone will not drain.
      const waitedForReader = call.state === 'reader';
      call.state = 'alone';
      if (waitedForReader) this.#go();
    }
  };

  #go = (): void => {
    const { answer, plan, turns } = this.#stage;
    // Held in the middle of a step.
    if (this.#acts !== null && this.#heldSince !== null && !this.#passesGate()) return;
    for (let turn = 0; !this.#over && !this.#broken; turn++) {
      if (this.#acts === null) {
        if (!this.#passesGate() || !this.#isDue()) return;
        if (turn >= STEPS_A_TURN) {
          if (this.#flushed()) turns.take(this.#go);
          return;
        }
        this.#acts = plan.actsAt(this.#step)?.slice() ?? null;
      }
      if (this.#acts === null) this.#do(STEP);
      else if (!this.#doAll(this.#acts)) return;
      this.#acts = null;
      if (this.#step === answer.chunks) {
        if (this.#alone) this.#end('aborted');
        return;
      }
      this.#advance();
    }
  };

  /** @returns false where it has to wait, or is over */
  #doAll(acts: Act[]): boolean {
    for (let act = acts.shift(); act; act = acts.shift()) {
      if (!this.#do(act)) return false;
    }
    return true;
  }

  #do(act: Act): boolean {
    if (act.do === 'hold') return this.#hold();
    if (act.do === 'wait') return this.#wait(act);
    if (this.#alone) return true;
    const { call, delivery, ledger } = this.#stage;
    switch (act.do) {
      case 'strike':
        ledger.fault(call, act.fault, this.#step);
        return true;
      case 'step':
        this.#ordinary();
        return true;
      case 'write':
        delivery.write(act.bytes, act.chunk);
        return true;
      case 'finish':
        delivery.finish();
        return true;
      case 'fail':
        this.#broken = true;
        delivery.fail(this.#step);
        return false;
      case 'close':
        // Then only the connections of its readers break, and the answer goes on.
        this.#broken = !this.#stage.survivesCuts;
        delivery.close(act.how);
        return !this.#broken;
      case 'refuse':
        this.#broken = true;
        this.#stage.refuse(act);
        return false;
    }
  }

  #ordinary(): void {
    const { answer, delivery, ledger } = this.#stage;
    if (this.#step === -1) delivery.open();
    else if (this.#step === answer.chunks) delivery.end();
    else {
      delivery.chunk(this.#step);
      if (answer.pace) ledger.totals.late(now() - this.#due);
    }
  }

  #advance(): void {
    const { answer } = this.#stage;
    this.#step++;
    if (answer.pace) this.#due += answer.pace.gap(this.#step);
  }

  #isDue(): boolean {
    const { answer, wheel } = this.#stage;
    if (this.#step === -1 || !answer.pace || this.#due <= now()) return true;
    if (this.#flushed()) wheel.set(this.#dueAlarm, this.#due);
    return false;
  }

  /** Hands over what was said. @returns false where the reader is behind, and is waited for */
  #flushed(): boolean {
    const { call, delivery } = this.#stage;
    if (this.#alone || delivery.flush()) return true;
    call.state = 'reader';
    delivery.onceDrained(this.#drained);
    return false;
  }

  #drained = (): void => {
    if (this.#over || this.#stage.call.state !== 'reader') return;
    this.#stage.call.state = 'pace';
    this.#go();
  };

  #wait({ ms, moves, keepAlive }: Extract<Act, { do: 'wait' }>): boolean {
    const { delivery, wheel } = this.#stage;
    delivery.flush();
    const until = ms === null ? Number.POSITIVE_INFINITY : now() + ms;
    const next = (): void => {
      if (now() >= until) {
        this.#go();
        return;
      }
      if (keepAlive && !this.#alone) delivery.write(this.#stage.keepAlive, null);
      sleep();
    };
    const alarm = new Alarm(next);
    this.#silence = alarm;
    const sleep = (): void => {
      const wakeAt = keepAlive ? Math.min(until, now() + KEEP_ALIVE_MS) : until;
      if (wakeAt < Number.POSITIVE_INFINITY) wheel.set(alarm, wakeAt);
    };
    if (moves && ms !== null) this.#due += ms;
    sleep();
    return false;
  }

  #hold(): boolean {
    const { call, gates } = this.#stage;
    if (call.send === null) return true;
    gates.set(call.send, this.#step);
    return this.#passesGate();
  }

  #passesGate(): boolean {
    const { call, delivery, gates, ledger } = this.#stage;
    if (call.send === null) return true;
    const open = gates.passes(call.send, delivery.gateStep(this.#step));
    if (open && this.#heldSince === null) return true;
    const at = delivery.writtenBefore(this.#step);
    if (!open && this.#heldSince === null) {
      delivery.flush();
      this.#heldSince = now();
      this.#leaveGate = gates.watch(call.send, this.#go);
      ledger.held(call, at);
    }
    if (open) {
      this.#leaveGate?.();
      this.#due += now() - this.#heldSince!;
      this.#heldSince = null;
      ledger.released(call, at);
      if (this.#alone) call.state = 'alone';
    }
    return open;
  }

  #end(how: 'completed' | 'aborted' | 'fault'): void {
    if (this.#over) return;
    this.#over = true;
    const { call, ledger, wheel } = this.#stage;
    wheel.off(this.#dueAlarm);
    if (this.#silence) wheel.off(this.#silence);
    this.#leaveGate?.();
    ledger.end(call, how);
  }
}
