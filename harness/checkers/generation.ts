/**
 * All that is known of one send, folded once for every checker that is keyed by it:
 *
 *     emitted    calls   which chunk when, holds, ends        (the ledger of the mock LLM)
 *     persisted  rows    snapshots of the database            (the target's probe)
 *     seen       views   texts, resets, ends, streams         (the actors)
 *     told       words   states, by whatever place            (status, lists, streams, views, rows)
 *
 * What came from different sources is put in relation only when asked for, by its times.
 */
import { type GenerationState, type RecordedOf, type SendSpec, TERMINAL_STATES } from '../history/events.ts';
import type { Reading } from './anomaly.ts';
import { Call } from './call.ts';
import { Comparison } from './comparison.ts';
import { earliest, type Instant, type Moment, momentOf } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import { RareMap } from './rare-map.ts';
import { type Truth, truthOf } from './truth.ts';
import { View } from './view.ts';

export interface Row {
  at: Moment;
  /** The snapshot was taken after this. */
  asked: Instant;
  state: GenerationState;
  question: boolean;
  answers: number;
  final: boolean;
  reading: Reading;
}

/** What a place said about the state of the generation. */
export interface Word {
  from: 'status' | 'list' | 'stream' | 'page' | 'view' | 'row';
  /** For people: who said so. */
  where: string;
  actor: string | null;
  state: GenerationState;
  /** It is not older than this. */
  asked: Instant;
  at: Moment;
  question?: boolean;
  /** Length of the text that it came with. */
  length?: number;
  /** Answers to the send that it knew of, where more than one. */
  answers?: number;
  fresh?: boolean;
}

export type GenerationEvent = RecordedOf<
  | 'llm.call'
  | 'llm.chunk'
  | 'llm.held'
  | 'llm.released'
  | 'llm.fault'
  | 'llm.end'
  | 'row'
  | 'view.open'
  | 'seen'
  | 'view.reset'
  | 'view.end'
  | 'view.close'
  | 'stream.open'
  | 'stream.close'
  | 'state'
  | 'stray'
>;

export class Generation {
  readonly spec: SendSpec;
  readonly calls = new Map<string, Call>();
  readonly views = new Map<string, View>();
  /** Rendered views without a watermark: of what they show nobody can say whether it is right. */
  readonly illegible: View[] = [];
  readonly rows: Row[] = [];
  /** Answers that a list of its session held and nobody had asked for in it, by the target's ids. */
  readonly strays = new RareMap<string, RecordedOf<'stray'>>();
  private readonly said: Word[] = [];
  private lastView: View | undefined;
  private lastCall: Call | undefined;

  constructor(spec: SendSpec) {
    this.spec = spec;
  }

  step(event: GenerationEvent): void {
    switch (event.type) {
      case 'seen':
        this.seen(event);
        return;
      case 'llm.chunk':
        this.call(event).chunk(event);
        return;
      case 'llm.call':
        this.call(event).open(event);
        return;
      case 'llm.held':
        this.call(event).held(event);
        return;
      case 'llm.released':
        this.call(event).released(event);
        return;
      case 'llm.fault':
        this.call(event).fault(event);
        return;
      case 'llm.end':
        this.call(event).end(event);
        return;
      case 'row':
        this.row(event);
        return;
      case 'view.open':
        this.lastView = new View(event, this.spec);
        this.views.set(event.view, this.lastView);
        return;
      case 'view.reset':
        this.view(event.view)?.reset(event);
        return;
      case 'view.end':
        this.view(event.view)?.end(event);
        return;
      case 'view.close':
        this.view(event.view)?.close(event);
        return;
      case 'stream.open':
        this.view(event.view)?.openStream(event);
        return;
      case 'stream.close':
        this.view(event.view)?.closeStream(event);
        return;
      case 'state':
        this.state(event);
        return;
      case 'stray':
        this.stray(event);
        return;
    }
  }

  seen(event: RecordedOf<'seen'>): void {
    this.view(event.view)?.seen(event);
  }

  viewOf(id: string): View | undefined {
    return this.view(id);
  }

  private view(id: string): View | undefined {
    if (this.lastView?.id !== id) this.lastView = this.views.get(id);
    return this.lastView;
  }

  private call(event: { call: string; attempt: number }): Call {
    if (this.lastCall?.id !== event.call) {
      this.lastCall = this.calls.get(event.call) ?? new Call(event.call, this.truth(event.attempt));
      this.calls.set(event.call, this.lastCall);
    }
    return this.lastCall;
  }

  private row(event: RecordedOf<'row'>): void {
    const comparison = new Comparison(this.spec);
    comparison.append(event.text, event);
    this.rows.push({
      at: momentOf(event),
      asked: { t: event.asked, err: event.err },
      state: event.state,
      question: event.question,
      answers: event.answers ?? (event.state === 'absent' ? 0 : 1),
      final: event.final ?? false,
      reading: comparison.reading(),
    });
  }

  private state(event: RecordedOf<'state'>): void {
    this.said.push({
      from: event.from,
      where: `${event.from} to ${event.actor}`,
      actor: event.actor,
      state: event.state,
      asked: { t: event.asked, err: event.err },
      at: momentOf(event),
      ...(event.question !== undefined && { question: event.question }),
      ...(event.length !== undefined && { length: event.length }),
      ...(event.answers !== undefined && { answers: event.answers }),
      ...(event.fresh !== undefined && { fresh: event.fresh }),
    });
  }

  private stray(event: RecordedOf<'stray'>): void {
    const known = this.strays.get(event.message);
    if (!known || event.t < known.t) this.strays.set(event.message, event);
  }

  merge(other: Generation): void {
    for (const [id, call] of other.calls) this.calls.set(id, call);
    for (const [id, view] of other.views) this.views.set(id, view);
    this.illegible.push(...other.illegible);
    this.rows.push(...other.rows);
    this.said.push(...other.said);
    for (const stray of other.strays.values()) this.stray(stray);
    this.lastView = undefined;
    this.lastCall = undefined;
  }

  /** To be called before anything is asked: what came in any order is put into that of its times. */
  settle(): void {
    this.rows.sort((a, b) => a.at.t - b.at.t);
    const views = [...this.views].sort(([, a], [, b]) => a.opened.t - b.opened.t);
    this.views.clear();
    for (const [id, view] of views) this.views.set(id, view);
    this.sortOutIllegible();
  }

  /** Where a page shows text and not one mark of it, by no view, its renderer swallows them, or there are none. */
  private sortOutIllegible(): void {
    const rendered = [...this.views].filter(([, { rendering }]) => rendering !== null);
    const written = rendered.some(([, { rendering }]) => rendering!.isWritten);
    const marked = rendered.some(([, { rendering }]) => rendering!.isMarked);
    if (this.spec.mode === 'marked' && (marked || !written)) return;
    for (const [id, view] of rendered) {
      this.illegible.push(view);
      this.views.delete(id);
    }
    const actors = new Set(this.illegible.map(({ actor }) => actor));
    for (const word of this.said) if (word.from === 'page' && actors.has(word.actor!)) delete word.length;
    this.lastView = undefined;
  }

  /** Everything that any place said about the state, by time. */
  words(): Word[] {
    const words = [...this.said];
    for (const view of this.views.values()) {
      for (const { state, at } of view.ends) {
        words.push({
          from: 'view',
          where: view.name,
          actor: view.actor,
          state,
          asked: at,
          at,
          fresh: view.fresh,
        });
      }
    }
    for (const { state, asked, at, answers } of this.rows)
      words.push({ from: 'row', where: 'database', actor: null, state, asked, at, answers });
    return words.sort((a, b) => a.at.t - b.at.t);
  }

  /** The words that said it has ended. */
  terminalWords(): Word[] {
    return this.words().filter(({ state }) => TERMINAL_STATES.has(state));
  }

  callsInOrder(): Call[] {
    return [...this.calls.values()].sort((a, b) => a.attempt - b.attempt);
  }

  /** The LLM is still being listened to: nothing can be said yet of how it ends. */
  get isOpen(): boolean {
    return this.calls.size > 0 && this.callsInOrder().every(({ ended }) => ended === null);
  }

  /** Some call wrote other chunks than the LLM was told to. */
  get isIrregular(): boolean {
    return this.callsInOrder().some(({ irregular }) => irregular);
  }

  /** The most that any call emitted, in chunks. */
  get emitted(): number {
    return Math.max(0, ...[...this.calls.values()].map((call) => call.emitted));
  }

  /** What a faithful reader of the LLM has of an attempt. */
  truth(attempt: number): Truth {
    return truthOf(this.spec, attempt);
  }

  get actors(): string[] {
    return [...new Set([...this.views.values()].map(({ actor }) => actor))];
  }

  get finalRows(): Row[] {
    return this.rows.filter(({ final }) => final);
  }

  /** Readers that never saw anything before healing, and the live views that somebody looks at to the end. */
  finalViews(play: PlayFacts): View[] {
    return [...this.views.values()].filter((view) => view.fresh || this.isWatched(view, play));
  }

  /** A live view that was shown to the end of the play, its actor being in the session that it belongs to. */
  isWatched(view: View, play: PlayFacts): boolean {
    if (view.kind !== 'live' || !view.isShownUntil(play.phases.get('done') ?? null)) return false;
    const session = this.sessionOf(play);
    return session === undefined || (play.whereabouts.shownBy(view.actor) ?? session) === session;
  }

  /** When the LLM was first asked for it; undefined where it never was. */
  get called(): Moment | undefined {
    return earliest([...this.calls.values()].map(({ opened }) => opened).filter((moment) => moment !== null));
  }

  /** The session it was asked in; undefined where nobody said. */
  sessionOf(play: PlayFacts): string | undefined {
    return play.of('send', this.spec.seed).find(({ session }) => session)?.session;
  }

  get freshViews(): View[] {
    return [...this.views.values()].filter(({ fresh }) => fresh);
  }

  /** What a page that was loaded in the end renders of it. */
  get freshRendering(): View | undefined {
    return this.freshViews.find(({ rendering }) => rendering !== null);
  }

  /** `unknown`: nobody knows whether the request took effect, and nothing in any place says that it did. */
  fate(play: PlayFacts): 'sent' | 'refused' | 'unknown' {
    const outcomes = play.of('send', this.spec.seed).map(({ outcome }) => outcome?.type ?? 'info');
    if (outcomes.includes('ok') || this.calls.size > 0) return 'sent';
    if (this.rows.some(({ state, question }) => question || state !== 'absent')) return 'sent';
    if (outcomes.length === 0) return this.views.size > 0 ? 'sent' : 'unknown';
    return outcomes.every((type) => type === 'fail') ? 'refused' : 'unknown';
  }
}
