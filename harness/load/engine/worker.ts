/** One process of the load engine: lets its share of the users visit, and judges each visit as soon as it is over. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
import type { Way } from './exchange.ts';
import { Latencies } from './latencies.ts';
import type { Beat, Setup } from './messages.ts';
import { Patience } from './patience.ts';
import { openSnapshots, type Snapshots } from './snapshots.ts';
import { count, emptyTally, type Tally } from './tally.ts';
import { Visit } from './visit.ts';

/** After a bound has passed, what is late is looked at once more, ms. */
const GRACE = 500;
/** Streams that one source address bears beside what else there is: some 28,000 ports. */
const STREAMS_AN_ADDRESS = 20_000;

interface Going {
  visit: Visit;
  kinds: Set<string>;
  began: number;
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
  private latencies = new Latencies();
  private readonly tallies: Record<string, Tally> = {};
  private readonly going = new Map<number, Going>();
  private readonly late: number[] = [];
  private readonly patience = new Patience();
  private readonly snapshots: Snapshots | undefined;
  private readonly loop = monitorEventLoopDelay({ resolution: 5 });
  private cpu = process.cpuUsage();
  private beatAt = now();
  private served = Promise.withResolvers<void>();
  private origin: URL | null = null;
  /** When the target was last there again, or a fault was healed, ms. */
  private restored = Number.NEGATIVE_INFINITY;
  private isDraining = false;
  private began = 0;
  private ways = new Map<number, Way>();
  private isCut = false;
  private readonly stopWatching: () => void;

  constructor(setup: WorkerSetup) {
    this.setup = setup;
    const { plan, target, worker, databaseUrl } = setup;
    this.snapshots = openSnapshots(target, databaseUrl);
    this.books = openBooks(`load-${worker + 1}`, setup.write);
    let names = 0;
    const self = this;
    this.context = {
      target,
      capabilities: target.capabilities(plan.persistence),
      way: () => this.way(),
      whenServed: () => this.served.promise,
      pollEvery: plan.pollEvery,
      get latencies() {
        return self.latencies;
      },
      counts: this.counts,
      name: (kind) => `${kind}${worker + 1}-${++names}`,
    };
    this.stopWatching = watchStalls(this.books.recorder);
    this.loop.enable();
  }

  setOrigin(origin: string | null): void {
    this.origin = origin === null ? null : new URL(origin);
    this.ways.clear();
    if (origin === null) this.served = Promise.withResolvers();
    else {
      this.restored = now();
      this.served.resolve();
    }
  }

  private way(): Way | null {
    if (!this.origin) return null;
    const { worker } = this.setup;
    const nth = Math.floor(this.counts.streams / STREAMS_AN_ADDRESS);
    let way = this.ways.get(nth);
    if (!way) {
      const host = this.origin.hostname.replace(/^\[(.*)\]$/, '$1');
      // The first address is the usual one; others there are on the loopback interface of Linux only.
      const from = nth === 0 ? {} : { localAddress: `127.0.${worker + 1}.${nth}` };
      const { headers } = this.setup.target.users[0];
      way = { host, port: Number(this.origin.port || 80), headers, ...from };
      this.ways.set(nth, way);
    }
    return way;
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
    else if (event.type === 'llm.call') this.late.push(send);
  }

  /** Resolves when all visits are over. @param at when users begin to come, ms */
  async run(at: number): Promise<void> {
    this.began = at;
    const { plan, worker, workers } = this.setup;
    const until = at + plan.warmup + plan.duration;
    if (plan.arrivals.kind === 'closed') await this.keepComing(at, until);
    else {
      const visits = new Set<Promise<void>>();
      let number = 0;
      for (const start of startsOf(plan.arrivals, plan.seed, plan.warmup + plan.duration)) {
        const visit = number++;
        if (workerOf(plan, visit, workers) !== worker) continue;
        const intended = at + start;
        if (intended > now()) await sleep(intended - now());
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
          if (intended > now()) await sleep(intended - now());
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
    const going: Going = { visit, kinds: new Set(), began };
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
  private async untilOver({ visit, began }: Going): Promise<void> {
    const { bounds } = this.setup.plan;
    const sends = visit.sessions.flatMap(({ questions }) => questions.map(({ spec }) => spec.seed));
    const isOverdue = () => {
      if (sends.some((send) => this.calls.isOpen(send))) return false;
      const ended = Math.max(...sends.map((send) => this.calls.endedAt(send)));
      const base = Math.max(began, this.restored, Number.isFinite(ended) ? ended : began);
      return this.origin !== null && now() > base + bounds.end + GRACE;
    };
    await this.patience.until(
      () => visit.readings.every(({ isOver }) => isOver),
      isOverdue,
      Promise.all(visit.readings.map(({ ended }) => ended)),
    );
    if (visit.readings.every(({ refused }) => refused)) return;
    await this.patience.until(() => sends.every((send) => this.calls.isOver(send)), isOverdue);
  }

  private judge(number: number, behaviour: string, { visit, kinds }: Going, measured: boolean): void {
    const verdict = this.books.judge(playOf(number))!;
    this.going.delete(number);
    for (const { spec } of visit.questions) this.calls.forget(spec.seed);
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
    this.isCut = true;
    let live = 0;
    for (const { visit, kinds } of this.going.values()) {
      for (const reading of visit.readings) {
        if (!reading.isMidStream) continue;
        live++;
        kinds.add(kind);
        reading.cut();
        this.counts.cut++;
      }
    }
    return live;
  }

  healAll(): void {
    if (!this.isCut) return;
    this.isCut = false;
    this.restored = now();
    for (const { visit } of this.going.values()) for (const reading of visit.readings) reading.heal();
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
    const at = now();
    const { user, system } = process.cpuUsage(this.cpu);
    const cpu = (user + system) / 1_000 / Math.max(1, at - this.beatAt);
    this.cpu = process.cpuUsage();
    this.beatAt = at;
    const latencies = this.latencies.encode();
    this.latencies = new Latencies();
    const loop = { p99: this.loop.percentile(99) / 1e6, max: this.loop.max / 1e6 };
    this.loop.reset();
    return {
      at: at - this.began,
      counts: { ...this.counts },
      latencies,
      loop,
      cpu,
      memory: process.memoryUsage.rss(),
      visits: this.going.size,
      lost: Object.values(this.tallies).reduce((sum, { lost }) => sum + lost, 0),
    };
  }

  result(): { tallies: Record<string, Tally>; late: number[] } {
    return { tallies: this.tallies, late: this.late };
  }

  async close(): Promise<void> {
    await this.snapshots?.close();
  }
}

function playOf(visit: number): string {
  return `load/${visit}`;
}
