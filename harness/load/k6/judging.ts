/**
 * Judges what k6's users saw by the checkers that judge everywhere: their history, with the calls of the LLM where the
 * ledger tells them, and with a last look of our own into lists and database where the harness stands beside it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { now, type Recorded } from '../../history/index.ts';
import { audit } from '../engine/audit.ts';
import { type Books, openBooks } from '../engine/books.ts';
import { Calls } from '../engine/calls.ts';
import type { Context } from '../engine/context.ts';
import type { Snapshots } from '../engine/snapshots.ts';
import { count, emptyTally, type Tally } from '../engine/tally.ts';
import { ANSWERS_A_VISIT, type LoadPlan, questionOf, visitOfSeed } from '../plan.ts';
import type { VisitSeen } from './gathering.ts';

/** The LLM's last word on a call comes so soon after the target's, ms, or is missed. */
const LEDGER_WITHIN = 5_000;
const ASK_EVERY = 25;

/** Where the harness stands beside the target. */
export interface Beside {
  context: Context;
  snapshots: Snapshots | undefined;
  /** Takes a line of the history of the last look. */
  write(event: Recorded): void;
  /** From k6's clock to ours, ms. */
  offset: number;
}

export class Judging {
  readonly tallies: Record<string, Tally> = {};
  /** Seeds of which the LLM was called once more after they had been judged. */
  readonly late: number[] = [];
  /** Seeds of which it was called for the first time then: of the answer nothing could be said. */
  readonly tardy: number[] = [];
  private readonly plan: LoadPlan;
  private readonly beside: Beside | null;
  private readonly books: Books;
  private readonly calls = new Calls();
  /** Events of the ledger for visits that are not judged yet. */
  private readonly ledger = new Map<number, Recorded[]>();
  private readonly done = new Set<number>();
  /** Judged without a call of the LLM. */
  private readonly uncalled = new Set<number>();

  /** @param beside null: of samples alone, without ledger and database */
  constructor(plan: LoadPlan, beside: Beside | null) {
    this.plan = plan;
    this.beside = beside;
    this.books = openBooks('k6-judge', (event) => beside?.write(event));
  }

  /** Something was recorded of the LLM or of the stack. */
  tell(event: Recorded): void {
    if (event.type !== 'llm.call' && event.type !== 'llm.end') {
      this.books.stack(event);
      return;
    }
    const { send } = event;
    // Auxiliary calls are nobody's.
    if (send === null) return;
    const visit = visitOfSeed(this.plan, send);
    if (this.done.has(visit)) {
      if (event.type === 'llm.call') (this.uncalled.delete(send) ? this.tardy : this.late).push(send);
      return;
    }
    const known = this.ledger.get(visit);
    if (known) known.push(event);
    else {
      for (const { spec } of this.questionsOf(visit)) this.calls.expect(spec.seed);
      this.ledger.set(visit, [event]);
    }
    this.calls.take(event);
  }

  private questionsOf(visit: number) {
    return Array.from({ length: ANSWERS_A_VISIT }, (_, n) => questionOf(this.plan, visit, n));
  }

  /** @returns what was compared in it, and whether it lost something */
  async judge(seen: VisitSeen): Promise<{ chunks: number; lost: boolean; refused: boolean }> {
    const { visit, behaviour, measured, struck, whole, answers } = seen;
    const play = `load/${visit}`;
    const books = this.books.play(play);
    const offset = this.beside?.offset ?? 0;
    for (const event of seen.events) books.pass(inTime(event, offset));
    const questions = this.questionsOf(visit);
    const sends = seen.sessions.flatMap((session) => session.sends);
    if (this.beside) {
      await this.untilOver(sends);
      const sessions = seen.sessions.map(({ id, sends }) => ({
        id,
        questions: questions.filter(({ spec }) => sends.includes(spec.seed)),
      }));
      await audit({ context: this.beside.context, books, sessions }, this.beside.snapshots);
    }
    // Samples alone have a clock of their own: by ours the play would have been over before it began.
    const last = seen.events.at(-1);
    const done = { type: 'phase', phase: 'done' } as const;
    if (this.beside || !last) books.record(done);
    else books.pass({ ...done, source: last.source, seq: last.seq + 1, t: last.t, err: last.err, play });
    for (const event of this.ledger.get(visit) ?? []) books.pass(event);
    const verdict = this.books.judge(play)!;
    this.ledger.delete(visit);
    this.done.add(visit);
    for (const { spec } of questions) {
      if (!this.calls.wasCalled(spec.seed)) this.uncalled.add(spec.seed);
      this.calls.forget(spec.seed);
    }
    const tally = this.tallyOf(behaviour);
    const before = tally.lost;
    const refused = answers === 0 && sends.length > 0;
    const kinds = struck ? [behaviour] : ['none'];
    count(tally, { verdict, answers, refused, measured, whole, kinds });
    const compared = questions.filter(({ spec }) => sends.includes(spec.seed));
    const chunks = refused ? 0 : compared.reduce((sum, { spec }) => sum + spec.chunks, 0);
    return { chunks, lost: tally.lost > before, refused };
  }

  private async untilOver(sends: readonly number[]): Promise<void> {
    const until = now() + LEDGER_WITHIN;
    while (!sends.every((send) => this.calls.isOver(send)) && now() < until) await sleep(ASK_EVERY);
  }

  /** A visit that began, and of whose end nothing was heard: k6 broke it off, or its script stumbled. */
  giveUp(visit: number, behaviour: string): void {
    const tally = this.tallyOf(behaviour);
    this.done.add(visit);
    tally.visits++;
    tally.unknown++;
    if (tally.reasons.length < 5) tally.reasons.push(`load/${visit}: k6 never told its end`);
  }

  private tallyOf(behaviour: string): Tally {
    const tally = this.tallies[behaviour] ?? emptyTally();
    this.tallies[behaviour] = tally;
    return tally;
  }
}

function inTime(event: Recorded, offset: number): Recorded {
  const moved = { ...event, t: event.t + offset };
  return 'asked' in moved ? { ...moved, asked: moved.asked + offset } : moved;
}
