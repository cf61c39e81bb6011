/** One process of the load engine: lets its share of the users visit, and judges each visit as soon as it is over. */
import { setTimeout as sleep } from 'node:timers/promises';
import { now, type Recorded } from '../../history/index.ts';
import { watchStalls } from '../../runs/stalls.ts';
import type { Target } from '../../targets/target.ts';
import { startsOf } from '../arrivals.ts';
import { drawBehaviour } from '../mix.ts';
import { drawOfVisit, questionOf, visitOfSeed, workerOf } from '../plan.ts';
import { audit } from './audit.ts';
import { behaviourOf } from './behaviours/index.ts';
import { type Books, openBooks } from './books.ts';
import { Calls } from './calls.ts';
import type { Context } from './context.ts';
import { noCounts } from './counts.ts';
import { Latencies } from './latencies.ts';
import type { Beat, Setup } from './messages.ts';
import { Network } from './network.ts';
import { Patience } from './patience.ts';
import { Pulse } from './pulse.ts';
import { openSnapshots, type Snapshots } from './snapshots.ts';
import { count, emptyTally, type Tally } from './tally.ts';
import { Visit } from './visit.ts';
import { Ways } from './ways.ts';

/** After a bound has passed, what is late is looked at once more, ms. */
const GRACE = 500;

interface Going {
  visit: Visit;
  kinds: Set<string>;
}

export interface WorkerSetup extends Setup {
  target: Target;
  write(event: Recorded): void;
}

export class Worker {
  private readonly setup: WorkerSetup;
  private readonly books: Books;
  private readonly calls = new Calls();
  private readonly context: Context;
  private readonly counts = noCounts();
  private readonly latencies = new Latencies();
  private readonly tallies: Record<string, Tally> = {};
  private readonly going = new Map<number, Going>();
  private readonly late: number[] = [];
  /** Judged before the LLM was called for them, since nobody had answered for so long; and those it was called for then. */
  private readonly uncalled = new Set<number>();
  private readonly tardy: number[] = [];
  private readonly patience = new Patience();
  private readonly snapshots: Snapshots | undefined;
  private readonly pulse = new Pulse();
  private readonly ways: Ways;
  /** When a fault was last healed, ms. */
  private healed = Number.NEGATIVE_INFINITY;
  private isDraining = false;
  private began = 0;
  private readonly network = new Network();
  private readonly stopWatching: () => void;

  constructor(setup: WorkerSetup) {
    this.setup = setup;
    const { plan, target, worker, workers, databaseUrl } = setup;
    this.snapshots = openSnapshots(target, databaseUrl);
    this.books = openBooks(`load-${worker + 1}`, setup.write);
    this.ways = new Ways({ headers: target.users[0].headers, process: worker + 1, processes: workers });
    let names = 0;
    this.context = {
      target,
      capabilities: target.capabilities(plan.persistence),
      way: () => this.ways.next(),
      whenServed: () => this.ways.whenServed(),
      pollEvery: plan.pollEvery,
      latencies: this.latencies,
      measuredFrom: Number.POSITIVE_INFINITY,
      counts: this.counts,
      name: (kind) => `${kind}${worker + 1}-${++names}`,
    };
    this.stopWatching = watchStalls(this.books.recorder);
  }

  setOrigin(origin: string | null): void {
    this.ways.set(origin);
  }

  take(events: readonly Recorded[]): void {
    for (const event of events) {
      this.calls.take(event);
      const send = 'send' in event ? event.send : undefined;
      if (send === undefined || event.type === 'fault') this.books.stack(event);
      else if (send !== null) this.takeCall(event, send);
    }
  }

  private takeCall(event: Recorded, send: number): void {
    const visit = visitOfSeed(this.setup.plan, send);
    if (this.going.has(visit)) this.books.play(playOf(visit)).pass(event);
    else if (event.type === 'llm.call') (this.uncalled.delete(send) ? this.tardy : this.late).push(send);
  }

  /** Resolves when all visits are over. @param at when users begin to come, ms */
  async run(at: number): Promise<void> {
    const { plan, worker, workers } = this.setup;
    this.began = at;
    this.context.measuredFrom = at + plan.warmup;
    const until = at + plan.warmup + plan.duration;
    if (plan.arrivals.kind === 'closed') await this.keepComing(at, until);
    else {
      const visits = new Set<Promise<void>>();
      let number = 0;
      for (const start of startsOf(plan.arrivals, plan.seed, plan.warmup + plan.duration)) {
        const visit = number++;
        if (workerOf(plan, visit, workers) !== worker) continue;
        const intended = at + start;
        await sleepUntil(intended);
        // Who finds the house full waits before the door, and the wait counts.
        while (visits.size >= Math.ceil(plan.users / workers)) await Promise.race(visits);
        if (this.isDraining) break;
        const done: Promise<void> = this.visit(visit, intended).finally(() => visits.delete(done));
        visits.add(done);
      }
      await Promise.all(visits);
    }
    this.patience.close();
    this.stopWatching();
  }

  private async keepComing(at: number, until: number): Promise<void> {
    const { plan, worker, workers } = this.setup;
    const users = Array.from({ length: plan.users }, (_, user) => user).filter(
      (user) => workerOf(plan, user, workers) === worker,
    );
    await Promise.all(
      users.map(async (user) => {
        let intended = at + (plan.warmup * user) / plan.users;
        for (let round = 0; ; round++) {
          await sleepUntil(intended);
          if (this.isDraining || intended >= until) return;
          await this.visit(round * plan.users + user, intended);
          intended = now();
        }
      }),
    );
  }

  private async visit(number: number, intended: number): Promise<void> {
    const { plan, target } = this.setup;
    const began = now();
    const measured = intended >= this.began + plan.warmup;
    if (measured) this.latencies.record('lateness', began - intended);
    const draw = drawOfVisit(plan, number);
    const behaviour = behaviourOf(drawBehaviour(plan.mix, draw))!;
    const questions = Array.from({ length: behaviour.questions }, (_, n) => questionOf(plan, number, n));
    for (const { spec } of questions) this.calls.expect(spec.seed);
    const play = playOf(number);
    const books = this.books.play(play);
    const visit = new Visit({ context: this.context, books, number, draw, intended, measured, questions });
    const going: Going = { visit, kinds: new Set() };
    this.going.set(number, going);
    this.counts.begun++;
    const { name } = target;
    books.record({
      type: 'plan',
      scenario: behaviour.id,
      driver: 'load',
      persistence: plan.persistence,
      seed: plan.seed,
      repetition: number + 1,
      sends: questions.map(({ spec }) => spec),
      feeds: [],
      coverage: [],
      target: { name, capabilities: this.context.capabilities },
      bounds: plan.bounds,
      ledger: 'calls',
      strikes: [],
    });
    books.record({ type: 'phase', phase: 'play' });
    try {
      await behaviour.visit(visit);
    } catch (error) {
      books.record({ type: 'unmet', waitedFor: String(error), ms: Math.round(now() - began) });
    }
    books.record({ type: 'phase', phase: 'heal' });
    await this.untilOver(going);
    books.record({ type: 'phase', phase: 'read' });
    await audit(visit, this.snapshots);
    books.record({ type: 'phase', phase: 'done' });
    this.judge(number, behaviour.id, going, measured);
  }

  /** All readers were told the end and the LLM is done, or the bound for that has passed. */
  private async untilOver({ visit }: Going): Promise<void> {
    const { bounds } = this.setup.plan;
    const sends = visit.sessions.flatMap(({ questions }) => questions.map(({ spec }) => spec.seed));
    /** Since something that was to happen can be late, ms. */
    const overdueSince = (from: number) => () => {
      if (!this.ways.isOpen || sends.some((send) => this.calls.isOpen(send))) return false;
      const ended = sends.map((send) => this.calls.endedAt(send));
      return now() > Math.max(from, this.healed, this.ways.since, ...ended) + bounds.end + GRACE;
    };
    await this.patience.until(
      () => visit.readings.every(({ isOver }) => isOver),
      overdueSince(now()),
      Promise.all(visit.readings.map(({ ended }) => ended)),
    );
    if (visit.readings.every(({ refused }) => refused)) return;
    await this.patience.until(() => sends.every((send) => this.calls.isOver(send)), overdueSince(now()));
  }

  private judge(number: number, behaviour: string, { visit, kinds }: Going, measured: boolean): void {
    const verdict = this.books.judge(playOf(number))!;
    this.going.delete(number);
    for (const { spec } of visit.questions) {
      if (!this.calls.wasCalled(spec.seed)) this.uncalled.add(spec.seed);
      this.calls.forget(spec.seed);
    }
    for (const reading of visit.readings) reading.rest();
    if (visit.struck) kinds.add(behaviour);
    const followed = visit.readings.filter(({ refused }) => !refused);
    const tally = this.tallies[behaviour] ?? emptyTally();
    this.tallies[behaviour] = tally;
    this.counts.judged++;
    count(tally, {
      verdict,
      answers: new Set(followed.map(({ question }) => question)).size,
      refused: followed.length === 0,
      measured,
      whole:
        followed.length > 0 &&
        followed.every(({ state, isClosed }) => isClosed || state === 'completed' || behaviour === 'stop'),
      kinds: kinds.size > 0 ? [...kinds] : ['none'],
    });
  }

  drain(): void {
    this.isDraining = true;
  }

  /** @returns how many live streams that hit */
  cutAll(kind: string): number {
    let live = 0;
    for (const { visit, kinds } of this.going.values()) {
      for (const reading of visit.readings) {
        if (!reading.isMidStream) continue;
        live++;
        kinds.add(kind);
        this.network.cut(reading);
        this.counts.cut++;
      }
    }
    return live;
  }

  healAll(): void {
    if (this.network.heal()) this.healed = now();
  }

  /** @returns how many live streams there are */
  hit(kind: string): number {
    let live = 0;
    for (const { visit, kinds } of this.going.values()) {
      const hit = visit.readings.filter(({ isMidStream }) => isMidStream).length;
      if (hit > 0) kinds.add(kind);
      live += hit;
    }
    return live;
  }

  beat(): Beat {
    return {
      at: now() - this.began,
      counts: { ...this.counts },
      latencies: this.latencies.take(),
      ...this.pulse.take(),
      visits: this.going.size,
      lost: Object.values(this.tallies).reduce((sum, { lost }) => sum + lost, 0),
    };
  }

  result(): { tallies: Record<string, Tally>; late: number[]; tardy: number[] } {
    return { tallies: this.tallies, late: this.late, tardy: this.tardy };
  }

  async close(): Promise<void> {
    await this.snapshots?.close();
  }
}

/** @param at ms. Not a moment longer where that is past: who is late is not made later. */
async function sleepUntil(at: number): Promise<void> {
  const left = at - now();
  if (left > 0) await sleep(left);
}

function playOf(visit: number): string {
  return `load/${visit}`;
}
