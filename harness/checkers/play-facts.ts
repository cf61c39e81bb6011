/** What is known of a play as a whole: its plan, phases, operations, faults and processes. */
import type { Bounds, OperationName, RecordedOf, SendSeed } from '../history/events.ts';
import { type Death, deathsOf, isTarget, type Standstill, standstillsOf } from './deaths.ts';
import { Faults, mayBeActive } from './faults.ts';
import { certainlyBefore, type Instant, later, type Moment, momentOf } from './moment.ts';
import { type Operation, type OperationEvent, Operations } from './operations.ts';
import { Passages } from './passages.ts';
import { RareMap } from './rare-map.ts';
import type { Stalls } from './stalls.ts';
import { Whereabouts } from './whereabouts.ts';

type PageType = 'network' | 'long-task' | 'page-work';
type WireType = 'wire.open' | 'wire.frame';

const NO_DEATHS: readonly Death[] = [];

export class PlayFacts {
  plan: RecordedOf<'plan'> | null = null;
  readonly phases = new Map<RecordedOf<'phase'>['phase'], Moment>();
  readonly operations = new Operations();
  readonly faults = new Faults();
  readonly processes: RecordedOf<'process'>[] = [];
  readonly passages = new Passages();
  readonly whereabouts = new Whereabouts();
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
  private readonly failedReads = new RareMap<string, Instant & { http: number }>();
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
        this.passages.frame(event);
        return;
      case 'wire.open':
        this.passages.open(event);
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
        this.faults.step(event);
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

  private operation(event: OperationEvent): void {
    this.whereabouts.step(event);
    if (event.f === 'probe') this.hasProbe = true;
    if (event.f === 'read' && event.type === 'fail' && !event.hostile && event.session !== undefined) {
      const { session, t, err, http = 0 } = event;
      if (http >= 500) this.noteRead(session, { t, err, http });
    }
    this.operations.step(event);
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
    return this.operations.of(f, send);
  }

  /** Whether something failed behind the scenes that may fall into this span: the target or its database. */
  backstageFailed(from: Instant, to: Instant): boolean {
    return (
      this.faults.backstage().some((fault) => mayBeActive(fault, from, to)) ||
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
    this.operations.merge(other.operations);
    this.faults.merge(other.faults);
    this.passages.merge(other.passages);
    this.whereabouts.merge(other.whereabouts);
    this.processes.push(...other.processes);
    this.unmet.push(...other.unmet);
    this.pages.push(...other.pages);
    this.hasProbe ||= other.hasProbe;
    if (other.unreadable) this.noteUnreadable(other.unreadable.count, other.unreadable.first);
    for (const [session, failed] of other.failedReads) this.noteRead(session, failed);
    this.tick(other.last.t, other.last.err);
  }
}

/** Bounds for a history without a plan, whose verdict is never a pass. */
const UNPLANNED: Bounds = { end: 10_000, delivery: 1_000, cancel: 2_000 };
