/** What is known of a play as a whole: its plan, phases, operations, faults and processes. */
import type { Bounds, GenerationState, OperationName, RecordedOf, SendSeed } from '../history/events.ts';
import { type Death, deathsOf, isTarget, type Standstill, standstillsOf } from './deaths.ts';
import { certainlyBefore, earliest, type Instant, later, latest, type Moment, momentOf } from './moment.ts';
import type { Stalls } from './stalls.ts';

type OutcomeEvent = RecordedOf<'ok' | 'fail' | 'info'>;
type OperationEvent = RecordedOf<'invoke'> | OutcomeEvent;

export interface Operation {
  op: string;
  f: OperationName;
  actor: string;
  session?: string;
  send?: SendSeed;
  hostile?: NonNullable<RecordedOf<'invoke'>['hostile']>;
  causes?: 'regenerate' | 'continue';
  invoked: Moment | null;
  outcome: {
    type: 'ok' | 'fail' | 'info';
    at: Moment;
    state?: GenerationState;
    length?: number;
    http?: number;
    kept?: boolean;
    reason?: string;
  } | null;
}

export interface Fault {
  fault: string;
  kind: string;
  at: string;
  send?: SendSeed;
  struck: Moment | null;
  healed: Moment | null;
  /** Live streams hit; undefined where it was not counted. */
  live?: number;
}

interface Exchange {
  stream?: string;
  method: string;
  /** The process of the target that it was led to. */
  instance?: number;
  /** UTF-16 units of text passed on. */
  text: number;
}

/** Operations that no checker asks about; a long run makes them without number. */
const PASSED_OVER: ReadonlySet<OperationName> = new Set([
  'poll',
  'status',
  'read',
  'probe',
  'create-session',
]);

const NO_DEATHS: readonly Death[] = [];

export class PlayFacts {
  plan: RecordedOf<'plan'> | null = null;
  readonly phases = new Map<RecordedOf<'phase'>['phase'], Moment>();
  readonly operations = new Map<string, Operation>();
  readonly faults = new Map<string, Fault>();
  readonly processes: RecordedOf<'process'>[] = [];
  readonly exchanges = new Map<string, Exchange>();
  private readonly exchangeByStream = new Map<string, Exchange>();
  readonly unmet: RecordedOf<'unmet'>[] = [];
  /** What browsers said of pages besides what those showed. */
  readonly pages: RecordedOf<PageType>[] = [];
  /** What the target said that could not be read: how often, and the first time. */
  unreadable: { count: number; first: RecordedOf<'unreadable'> } | null = null;
  /** The target's database can be looked into. */
  hasProbe = false;
  /** When the harness stood still: the same for every play. */
  stalls: Stalls;
  /** By session, the last read that the target failed to serve. */
  private readonly failedReads = new Map<string, Instant & { http: number }>();
  /** Which sessions an actor went to, and when (ms), in order. */
  private readonly whereabouts = new Map<string, { session: string; t: number }[]>();
  private readonly last = { t: Number.NEGATIVE_INFINITY, err: 0 };

  constructor(stalls: Stalls) {
    this.stalls = stalls;
  }

  step(
    event: RecordedOf<
      | 'plan'
      | 'phase'
      | 'unmet'
      | 'unreadable'
      | 'stall'
      | 'starved'
      | 'invoke'
      | 'ok'
      | 'fail'
      | 'info'
      | 'fault'
      | 'process'
      | WireType
      | PageType
    >,
  ): void {
    switch (event.type) {
      case 'wire.frame':
        this.wireFrame(event);
        return;
      case 'wire.open':
        this.wireOpen(event);
        return;
      case 'plan':
        this.plan = event;
        return;
      case 'phase':
        this.phases.set(event.phase, momentOf(event));
        return;
      case 'unmet':
        this.unmet.push(event);
        return;
      case 'network':
      case 'long-task':
      case 'page-work':
        this.pages.push(event);
        return;
      case 'stall':
        this.stalls.add(event.from, event.t);
        return;
      case 'starved':
        this.stalls.starvation.add(event.from, event.t, event.ms);
        return;
      case 'unreadable':
        this.noteUnreadable(1, event);
        return;
      case 'fault':
        this.fault(event);
        return;
      case 'process':
        this.processes.push(event);
        return;
      case 'invoke':
      case 'ok':
      case 'fail':
      case 'info':
        this.operation(event);
        return;
    }
  }

  private noteUnreadable(count: number, event: RecordedOf<'unreadable'>): void {
    const known = this.unreadable;
    const first = known && known.first.t <= event.t ? known.first : event;
    this.unreadable = { count: (known?.count ?? 0) + count, first };
  }

  /** Something of this play happened, whatever it was. */
  tick(t: number, err: number): void {
    if (t <= this.last.t) return;
    this.last.t = t;
    this.last.err = err;
  }

  /** The end of the play, or the last that is known of it: what had not happened by then had not happened. */
  get until(): Instant {
    return this.phases.get('done') ?? this.last;
  }

  /** The session that the actor shows in the end; undefined where it never went anywhere. */
  sessionShownBy(actor: string): string | undefined {
    return this.whereabouts.get(actor)?.at(-1)?.session;
  }

  /** Whether the actor may have been in another session at some time of the span. */
  mayHaveLeft(actor: string, session: string, from: Instant, to: Instant): boolean {
    const moves = this.whereabouts.get(actor) ?? [];
    return moves.some(({ session: other, t }, n) => {
      if (other === session || t > to.t + to.err) return false;
      const left = moves[n + 1]?.t ?? Number.POSITIVE_INFINITY;
      return left >= from.t - from.err;
    });
  }

  private goTo(actor: string, session: string, t: number): void {
    const moves = this.whereabouts.get(actor) ?? [];
    const before = moves.findLastIndex((move) => move.t <= t);
    moves.splice(before + 1, 0, { session, t });
    this.whereabouts.set(actor, moves);
  }

  private operation(event: OperationEvent): void {
    if ((event.f === 'switch' || event.f === 'create-session') && event.session !== undefined) {
      // A switch shows the session at once; a new session has a name only when it has been made.
      if (event.type === (event.f === 'switch' ? 'invoke' : 'ok'))
        this.goTo(event.actor, event.session, event.t);
    }
    if ((event.f === 'back' || event.f === 'forward') && event.type === 'ok' && event.session !== undefined)
      this.goTo(event.actor, event.session, event.t);
    if (event.f === 'probe') this.hasProbe = true;
    if (event.f === 'read' && event.type === 'fail' && !event.hostile && event.session !== undefined) {
      const { session, t, err, http = 0 } = event;
      if (http >= 500) this.noteRead(session, { t, err, http });
    }
    if (PASSED_OVER.has(event.f) && event.hostile === undefined) return;
    const operation = this.operations.get(event.op) ?? newOperation(event);
    this.operations.set(event.op, operation);
    if (event.type === 'invoke') {
      operation.invoked = momentOf(event);
      if (event.causes) operation.causes = event.causes;
      return;
    }
    const { state, length, kept } = event.type === 'ok' ? event : {};
    const http = event.type === 'info' ? undefined : event.http;
    operation.outcome = {
      type: event.type,
      at: momentOf(event),
      ...(state !== undefined && { state }),
      ...(length !== undefined && { length }),
      ...(http !== undefined && { http }),
      ...(kept !== undefined && { kept }),
      ...(event.type !== 'ok' && { reason: event.reason }),
    };
    // What is known only from the answer: the session that a send went to, say.
    if (event.session !== undefined) operation.session ??= event.session;
    if (event.send !== undefined) operation.send ??= event.send;
  }

  private fault(event: RecordedOf<'fault'>): void {
    const { fault: id, kind, at, send } = event;
    const fault = this.faults.get(id) ?? {
      fault: id,
      kind,
      at,
      struck: null,
      healed: null,
      ...(send !== undefined && { send }),
    };
    this.faults.set(id, fault);
    if (event.state === 'struck') {
      fault.struck = earliest([momentOf(event), ...(fault.struck ? [fault.struck] : [])]) ?? null;
      if (event.live !== undefined) fault.live = Math.max(fault.live ?? 0, event.live);
    } else if (event.state === 'healed') {
      fault.healed = latest([momentOf(event), ...(fault.healed ? [fault.healed] : [])]) ?? null;
    }
  }

  private wireOpen(event: RecordedOf<'wire.open'>): void {
    const { method, stream, instance } = event;
    const exchange = {
      text: 0,
      method,
      ...(stream !== undefined && { stream }),
      ...(instance !== undefined && { instance }),
    };
    this.exchanges.set(event.exchange, exchange);
    if (stream !== undefined) this.exchangeByStream.set(stream, exchange);
  }

  private wireFrame(event: RecordedOf<'wire.frame'>): void {
    const exchange = this.exchanges.get(event.exchange);
    if (exchange && !event.dropped) exchange.text += event.text;
  }

  /** UTF-16 units of text that were passed on to a stream (of a page: an exchange); undefined where the proxy saw no such stream. */
  passedOn(stream: string): number | undefined {
    let units: number | undefined;
    for (const [id, exchange] of this.exchanges) {
      if (exchange.stream === stream || id === stream) units = (units ?? 0) + exchange.text;
    }
    return units;
  }

  /** Ends of the target's processes, by a crash or in good order. */
  deaths(): readonly Death[] {
    return this.processes.length === 0 ? NO_DEATHS : deathsOf(this.processes);
  }

  /** When a process stood still for so long that another may have taken over what it was at work on. */
  lapses(): Standstill[] {
    const borne = this.plan?.target.capabilities.holdsFor ?? 0;
    return standstillsOf(this.processes).filter(
      ({ at, until }) => !certainlyBefore(until ?? this.until, later(at, borne)),
    );
  }

  /** The exchange by which a stream (of a page: named after it) was fed; undefined where the proxy saw none. */
  exchangeOf(stream: string): Exchange | undefined {
    return this.exchanges.get(stream) ?? this.exchangeByStream.get(stream);
  }

  /** When the target could serve. */
  starts(): Moment[] {
    return this.processes.filter(({ name, state }) => isTarget(name) && state === 'ready').map(momentOf);
  }

  /** The target promises that a generation goes on when its owner has died: a death excuses nothing. */
  get goesOnAfterDeath(): boolean {
    return this.plan?.target.capabilities.afterCrash === 'continues';
  }

  /** The status by which the last look at a session failed; undefined where none did. */
  failedRead(session: string | undefined): number | undefined {
    const reading = this.phases.get('read');
    const failed = session === undefined ? undefined : this.failedReads.get(session);
    return reading && failed && !certainlyBefore(failed, reading) ? failed.http : undefined;
  }

  private noteRead(session: string, failed: Instant & { http: number }): void {
    const known = this.failedReads.get(session);
    if (!known || known.t < failed.t) this.failedReads.set(session, failed);
  }

  /** Operations of a kind, in the order of their times. */
  of(f: OperationName, send?: SendSeed): Operation[] {
    return [...this.operations.values()]
      .filter(
        (operation) =>
          operation.f === f && !operation.hostile && (send === undefined || operation.send === send),
      )
      .sort((a, b) => startOf(a).t - startOf(b).t);
  }

  /** Faults on the wire to a client, as opposed to those at the LLM, the database or the target. */
  wireFaults(): Fault[] {
    return [...this.faults.values()].filter(({ at }) => !BACKSTAGE.has(at) && !at.startsWith('target'));
  }

  /**
   * Faults on the wire that may have hit this actor. A device's name begins the names of its tabs; a fault at
   * something that none of the actors is known by may have hit anyone.
   */
  faultsOf(actor: string, actors: readonly string[]): Fault[] {
    return this.wireFaults().filter(({ at }) => isAt(actor, at) || !actors.some((other) => isAt(other, at)));
  }

  /** Whether the actor's page may have been frozen at some time of the span. */
  stoodStill(actor: string, from: Instant, to: Instant): boolean {
    const thaws = this.of('thaw').filter((thaw) => thaw.actor === actor);
    return this.of('freeze').some((freeze) => {
      if (freeze.actor !== actor || certainlyBefore(to, startOf(freeze))) return false;
      const thawed = thaws.map(({ outcome }) => outcome?.at).find((at) => at && at.t > startOf(freeze).t);
      return !(thawed && certainlyBefore(thawed, from));
    });
  }

  /** Whether the network of this actor may have been lost and never come back. */
  isCutOff(actor: string, actors: readonly string[]): boolean {
    return this.faultsOf(actor, actors).some(({ struck, healed }) => struck !== null && healed === null);
  }

  /** Whether something failed behind the scenes that may fall into this span: the target or its database. */
  backstageFailed(from: Instant, to: Instant): boolean {
    // A wall clock that is wrong makes nobody late.
    const broken = [...this.faults.values()].filter(
      ({ at, kind }) => kind !== 'clock' && (at === 'database' || at.startsWith('target')),
    );
    return (
      broken.some((fault) => mayBeActive(fault, from, to)) ||
      this.deaths().some(({ at }) => !certainlyBefore(at, from) && !certainlyBefore(to, at))
    );
  }

  /** The end of a bound of `ms` that began at `from`: as much later as the harness stood still meanwhile. */
  allow(from: Instant, ms: number): Instant {
    return this.stalls.after(from, ms);
  }

  /** For how long the harness and the target may have had no processor in a span of time, ms. */
  starved(from: Instant, to: Instant): number {
    return this.stalls.starvation.within(from, to);
  }

  /** Whether a bound of `ms` is not certainly over at an instant, once all is added for which there was no processor until then. */
  mayHaveStarved(from: Instant, ms: number, at: Instant): boolean {
    const starved = this.starved(from, at);
    return starved > 0 && !certainlyBefore(this.allow(from, ms + starved), at);
  }

  get bounds(): Bounds {
    return this.plan?.bounds ?? UNPLANNED;
  }

  merge(other: PlayFacts): void {
    this.plan ??= other.plan;
    for (const [phase, moment] of other.phases) this.phases.set(phase, moment);
    for (const [op, operation] of other.operations) {
      const known = this.operations.get(op);
      this.operations.set(op, known ? mergeOperations(known, operation) : operation);
    }
    for (const [id, fault] of other.faults) this.faults.set(id, mergeFaults(fault, this.faults.get(id)));
    for (const [id, exchange] of other.exchanges) {
      this.exchanges.set(id, exchange);
      if (exchange.stream !== undefined) this.exchangeByStream.set(exchange.stream, exchange);
    }
    this.processes.push(...other.processes);
    this.unmet.push(...other.unmet);
    this.pages.push(...other.pages);
    this.hasProbe ||= other.hasProbe;
    if (other.unreadable) this.noteUnreadable(other.unreadable.count, other.unreadable.first);
    for (const [session, failed] of other.failedReads) this.noteRead(session, failed);
    for (const [actor, moves] of other.whereabouts)
      for (const { session, t } of moves) this.goTo(actor, session, t);
    this.tick(other.last.t, other.last.err);
  }
}

/** Bounds for a history without a plan, whose verdict is never a pass. */
const UNPLANNED: Bounds = { end: 10_000, delivery: 1_000, cancel: 2_000 };

/** Whether `actor` is the device, or a tab of it. */
export function isAt(actor: string, device: string): boolean {
  return actor === device || actor.startsWith(`${device}-`);
}

/** Whether the fault may have been in force at some time of the span. */
export function mayBeActive({ struck, healed }: Fault, from: Instant, to: Instant): boolean {
  return struck !== null && !certainlyBefore(to, struck) && !(healed && certainlyBefore(healed, from));
}

type PageType = 'network' | 'long-task' | 'page-work';
type WireType = 'wire.open' | 'wire.frame';
const BACKSTAGE: ReadonlySet<string> = new Set(['llm', 'database', 'target']);

/** When an operation began, as well as it is known. */
export function startOf(operation: Operation): Instant {
  return operation.invoked ?? operation.outcome?.at ?? { t: Number.NaN, err: 0 };
}

function newOperation(event: OperationEvent): Operation {
  const { op, f, actor, session, send, hostile } = event;
  return {
    op,
    f,
    actor,
    invoked: null,
    outcome: null,
    ...(session !== undefined && { session }),
    ...(send !== undefined && { send }),
    ...(hostile !== undefined && { hostile }),
  };
}

function mergeOperations(a: Operation, b: Operation): Operation {
  return { ...b, ...a, invoked: a.invoked ?? b.invoked, outcome: a.outcome ?? b.outcome };
}

function mergeFaults(a: Fault, b: Fault | undefined): Fault {
  if (!b) return a;
  const both = (moments: (Moment | null)[]) => moments.filter((moment) => moment !== null);
  const merged = {
    ...b,
    ...a,
    struck: earliest(both([a.struck, b.struck])) ?? null,
    healed: latest(both([a.healed, b.healed])) ?? null,
  };
  if (a.live !== undefined || b.live !== undefined) merged.live = Math.max(a.live ?? 0, b.live ?? 0);
  return merged;
}
