/** Histories for tests, told as stories. Every event takes a millisecond; `passes` lets more go by. */
import { deepStrictEqual as deepEqual } from 'node:assert';
import type {
  Bounds,
  GenerationState,
  HistoryEvent,
  InvokeEvent,
  OperationName,
  PlanEvent,
  Recorded,
  SendSpec,
  TargetCapabilities,
} from '../../history/events.ts';
import { createJudge, type PlayVerdict } from '../judge.ts';
import { type Truth, truthOf } from '../truth.ts';
import { judgeFollowing } from './following.ts';
import { renderMarkdown } from './markdown.ts';

export const SPEC: SendSpec = { seed: 12, chunks: 12, mode: 'marked' };
const BESIDE: SendSpec = { seed: 77, chunks: 12, mode: 'marked' };
export const BOUNDS: Bounds = { end: 5_000, delivery: 1_000, cancel: 2_000 };
export const CAPABILITIES: TargetCapabilities = {
  cursor: 'index',
  resume: 'append',
  replayAfterEnd: true,
  idempotentSend: true,
  stop: true,
  status: true,
  checkpointEvery: 5,
  checkpointWithin: 2_000,
  afterCrash: 'error-with-partial',
  users: true,
};

export interface Setting {
  sends?: SendSpec[];
  plan?: Partial<PlanEvent>;
  capabilities?: Partial<TargetCapabilities>;
  /** Error of the clocks of target-side sources (ledger, database), ms. */
  err?: number;
}

type OperationDetails = Partial<
  Pick<InvokeEvent, 'actor' | 'session' | 'send' | 'spec' | 'causes' | 'hostile' | 'user'>
>;

interface Shown {
  chunks: number;
  stream: string | null;
  actor: string;
  send: number;
  kind: 'live' | 'snapshot';
  closed: boolean;
}

export class Story {
  readonly events: Recorded[] = [];
  t = 1_000;
  private readonly setting: Setting;
  private readonly views = new Map<string, Shown>();
  private readonly seqs = new Map<string, number>();
  /** Chunks written, by call. */
  private readonly spoken = new Map<string, number>();
  private count = 0;
  private ended = false;
  private attempt = 0;
  /** The send that is told of. */
  spec: SendSpec;

  constructor(setting: Setting = {}) {
    this.setting = setting;
    const sends = setting.sends ?? [SPEC];
    this.spec = sends[0]!;
    this.by('runner', {
      type: 'plan',
      scenario: 'test',
      driver: 'api',
      persistence: 'checkpoint',
      seed: 1,
      repetition: 0,
      sends,
      feeds: [],
      coverage: [],
      target: { name: 'test', capabilities: { ...CAPABILITIES, ...setting.capabilities } },
      bounds: BOUNDS,
      strikes: [],
      ...setting.plan,
    });
    this.by('runner', { type: 'phase', phase: 'play' });
  }

  /** Another question, in a session of its own, in a tab of its own. */
  asksBeside(outcome: 'ok' | 'fail' | 'info' | 'none' = 'ok', session = 'tides'): this {
    return this.does('send', outcome, { actor: 'tab-2', send: BESIDE.seed, spec: BESIDE, session });
  }

  /** The LLM is asked it, and answers both. */
  answersBeside(): this {
    const { spec } = this;
    this.spec = BESIDE;
    this.calls().opens('beside', { actor: 'tab-2' }).speaks(12).shows('beside', 12);
    this.hears('beside', 'completed').hangsUp();
    this.spec = spec;
    this.ended = false;
    return this.released(6).speaks(12).shows('a', 12).hears('a', 'completed');
  }

  /** Any event, as one source recorded it. `play` null: it is of the whole stack. */
  by(source: string, event: HistoryEvent, play: string | null = 'play'): this {
    const seq = this.seqs.get(source) ?? 0;
    this.seqs.set(source, seq + 1);
    const err = source === 'llm' || source === 'probe' ? (this.setting.err ?? 0) : 0;
    this.events.push({ ...event, source, seq, t: this.t++, err, ...(play !== null && { play }) });
    return this;
  }

  passes(ms: number): this {
    this.t += ms;
    return this;
  }

  /** The harness stands still for so long, ms. */
  stalls(ms: number): this {
    const from = this.t;
    return this.passes(ms).by('clock', { type: 'stall', from }, null);
  }

  /** Of so much time, ms, the harness and the target have no processor for `ms`. */
  starves(passed: number, ms: number): this {
    const from = this.t;
    return this.passes(passed).by('clock', { type: 'starved', from, ms }, null);
  }

  text(to: number, from = 0, attempt = this.attempt): string {
    return truthOf(this.spec, attempt).text(to, from);
  }

  /** What a faithful reader of the LLM has of the attempt that is told of. */
  get truth(): Truth {
    return truthOf(this.spec, this.attempt);
  }

  does(
    f: OperationName,
    outcome: 'ok' | 'fail' | 'info' | 'none' = 'ok',
    more: OperationDetails & {
      state?: GenerationState;
      length?: number;
      http?: number;
      kept?: boolean;
    } = {},
  ): this {
    const { state, length, http, kept, ...given } = more;
    const common = { op: `op-${this.count++}`, f, actor: 'tab', send: this.spec.seed, ...given };
    this.by(common.actor, { type: 'invoke', ...common });
    if (outcome === 'info') this.by(common.actor, { type: 'info', ...common, reason: 'reset' });
    if (outcome === 'fail')
      this.by(common.actor, { type: 'fail', ...common, reason: 'no', ...(http !== undefined && { http }) });
    if (outcome === 'ok') {
      this.by(common.actor, {
        type: 'ok',
        ...common,
        ...(state && { state }),
        ...(length !== undefined && { length }),
        ...(http !== undefined && { http }),
        ...(kept !== undefined && { kept }),
      });
    }
    return this;
  }

  asks(actor = 'tab'): this {
    return this.does('send', 'ok', { actor, spec: this.spec, session: 'kelp' });
  }

  private get call() {
    return { call: `call-${this.spec.seed}-${this.attempt}`, send: this.spec.seed, attempt: this.attempt };
  }

  calls(attempt = 0): this {
    this.attempt = attempt;
    this.ended = false;
    return this.by('llm', { type: 'llm.call', ...this.call });
  }

  /** The LLM goes on, as its timeline of faults says, until it has written so many chunks. */
  speaks(to: number): this {
    const { call } = this.call;
    for (let place = this.spoken.get(call) ?? 0; place < to; place++) {
      this.by('llm', { type: 'llm.chunk', ...this.call, i: this.truth.chunkAt(place) });
      this.spoken.set(call, place + 1);
    }
    return this;
  }

  /** A fault of its timeline strikes: the one that breaks the answer, unless another is named. */
  strikes(fault = this.truth.brokenBy?.fault ?? '', at = this.truth.brokenBy?.at ?? -1): this {
    return this.by('llm', { type: 'llm.fault', ...this.call, fault, at });
  }

  held(at: number): this {
    return this.by('llm', { type: 'llm.held', ...this.call, at });
  }

  released(at: number): this {
    return this.by('llm', { type: 'llm.released', ...this.call, at });
  }

  hangsUp(how: 'completed' | 'aborted' | 'fault' = 'completed'): this {
    this.ended = true;
    return this.by('llm', {
      type: 'llm.end',
      ...this.call,
      how,
      chunks: this.spoken.get(this.call.call) ?? 0,
    });
  }

  /** Opens a view, and (unless `cursor` is undefined) a stream for it. */
  opens(
    view: string,
    options: {
      actor?: string;
      kind?: 'live' | 'snapshot';
      fresh?: boolean;
      cursor?: string | null;
      by?: 'page';
      rendered?: true;
    } = {},
  ): this {
    const { actor = 'tab', kind = 'live', fresh, cursor = null, by, rendered } = options;
    const send = this.spec.seed;
    this.views.set(view, { chunks: 0, stream: null, actor, send, kind, closed: false });
    this.by(actor, {
      type: 'view.open',
      view,
      actor,
      send,
      kind,
      ...(fresh && { fresh }),
      ...(by && { by }),
      ...(rendered && { rendered }),
    });
    return kind === 'live' ? this.connects(view, cursor) : this;
  }

  connects(view: string, cursor: string | null): this {
    const shown = this.views.get(view)!;
    shown.stream = `stream-${this.count++}`;
    const { stream, actor } = shown;
    return this.by(actor, { type: 'stream.open', stream, view, send: this.spec.seed, actor, cursor });
  }

  disconnects(
    view: string,
    why: 'terminal' | 'eof' | 'broken' | 'client' | 'refused' = 'broken',
    http?: number,
  ): this {
    const { stream, actor } = this.views.get(view)!;
    return this.by(actor, {
      type: 'stream.close',
      stream: stream!,
      view,
      send: this.spec.seed,
      why,
      ...(http !== undefined && { http }),
    });
  }

  /** The view goes on, chunk by chunk, up to so many chunks. */
  shows(view: string, to: number): this {
    const shown = this.views.get(view)!;
    for (; shown.chunks < to; shown.chunks++) this.sees(view, this.text(shown.chunks + 1, shown.chunks));
    return this;
  }

  /** The view has `chunks` chunks from now on, whatever it was sent. */
  stands(view: string, chunks: number): this {
    this.views.get(view)!.chunks = chunks;
    return this;
  }

  /** The view of a page that renders shows what it makes of so many chunks. */
  renders(view: string, to: number): this {
    this.views.get(view)!.chunks = to;
    return this.sees(view, renderMarkdown(this.text(to)), 'set');
  }

  sees(view: string, text: string, how: 'append' | 'set' = 'append'): this {
    const { stream, actor } = this.views.get(view)!;
    return this.by(actor, { type: 'seen', view, send: this.spec.seed, how, text, ...(stream && { stream }) });
  }

  /** Text that comes otherwise than by a stream. */
  polls(view: string, text: string): this {
    this.views.get(view)!.stream = null;
    return this.sees(view, text, 'set');
  }

  resets(view: string, why: 'replay' | 'target' = 'target'): this {
    const shown = this.views.get(view)!;
    shown.chunks = 0;
    return this.by(shown.actor, { type: 'view.reset', view, send: this.spec.seed, why });
  }

  ends(view: string, state: GenerationState): this {
    return this.by(this.views.get(view)!.actor, { type: 'view.end', view, send: this.spec.seed, state });
  }

  closes(view: string, why: 'refresh' | 'tab-closed' | 'snapshot' | 'ended'): this {
    this.views.get(view)!.closed = true;
    return this.by(this.views.get(view)!.actor, { type: 'view.close', view, send: this.spec.seed, why });
  }

  /** The target's terminal event comes by the view's stream. */
  hears(view: string, state: GenerationState): this {
    this.says('stream', state, { actor: this.views.get(view)!.actor });
    return this.disconnects(view, 'terminal').ends(view, state);
  }

  says(
    from: 'status' | 'list' | 'stream' | 'page',
    state: GenerationState,
    more: { actor?: string; length?: number; fresh?: boolean; answers?: number } = {},
  ): this {
    const asked = this.t++;
    return this.by(more.actor ?? 'tab', {
      type: 'state',
      from,
      actor: 'tab',
      send: this.spec.seed,
      asked,
      state,
      ...more,
    });
  }

  row(
    text: string,
    state: GenerationState,
    more: { question?: boolean; final?: boolean; answers?: number } = {},
  ): this {
    const asked = this.t++;
    return this.by('probe', {
      type: 'row',
      op: `op-${this.count++}`,
      send: this.spec.seed,
      asked,
      text,
      state,
      question: true,
      ...more,
    });
  }

  fault(
    state: 'armed' | 'struck' | 'healed',
    at = 'tab',
    more: { fault?: string; live?: number; send?: number } = {},
  ): this {
    return this.by('proxy', { type: 'fault', fault: 'cut', kind: 'reset', at, state, ...more });
  }

  target(state: 'started' | 'ready' | 'killed' | 'exited', planned = true, reason?: string): this {
    const process = { type: 'process', name: 'target', pid: 1, state, planned } as const;
    return this.by('stack', { ...process, ...(reason !== undefined && { reason }) });
  }

  /** Heals, is quiet, reads afresh what `text` and `state` say (all of it, completed), and is done. */
  finishes(
    end: {
      state?: GenerationState;
      text?: string;
      row?: string;
      rowState?: GenerationState;
      fresh?: string;
      /** What a page that is loaded afresh renders; default: none is loaded. */
      page?: string;
    } = {},
  ): this {
    const { state = 'completed', text = this.text(this.truth.chunks) } = end;
    if (!this.ended) this.hangsUp();
    this.by('runner', { type: 'phase', phase: 'heal' }).by('runner', { type: 'phase', phase: 'quiet' });
    this.passes(BOUNDS.end + 1_000).by('runner', { type: 'phase', phase: 'read' });
    this.reads(end.fresh ?? text, state);
    if (end.page !== undefined) this.loads(end.page, state);
    return this.row(end.row ?? text, end.rowState ?? state, { final: true }).isDone();
  }

  /** A page that renders is loaded afresh. */
  loads(shown: string, state: GenerationState): this {
    const view = `loaded-${this.count++}`;
    const page = { actor: 'fresh-page', kind: 'snapshot', fresh: true, by: 'page', rendered: true } as const;
    return this.opens(view, page).sees(view, shown, 'set').ends(view, state).closes(view, 'snapshot');
  }

  /** The play is over; then, as the runner does it, the tabs are closed. */
  isDone(): this {
    this.by('runner', { type: 'phase', phase: 'done' });
    for (const [view, { kind, closed, send, actor }] of this.views)
      if (kind === 'live' && !closed) this.by(actor, { type: 'view.close', view, send, why: 'tab-closed' });
    return this;
  }

  /** As `finishes`, but nobody gets to look: neither a fresh reader nor the probe. */
  finishesUnseen(): this {
    if (!this.ended) this.hangsUp();
    return this.by('runner', { type: 'phase', phase: 'heal' }).by('runner', { type: 'phase', phase: 'read' });
  }

  /** A fresh reader reads. */
  reads(text: string, state: GenerationState): this {
    const view = `fresh-${this.count++}`;
    this.opens(view, { actor: 'reader', kind: 'snapshot', fresh: true }).sees(view, text, 'set');
    this.says('list', state, { actor: 'reader', fresh: true });
    if (state !== 'generating' && state !== 'absent') this.ends(view, state);
    return this.closes(view, 'snapshot');
  }

  judged(): PlayVerdict {
    return judge(this.events);
  }
}

export function story(setting?: Setting): Story {
  return new Story(setting);
}

/** An answer that is held after six chunks, and another question that may be asked meanwhile. */
export function heldBeside(setting: Setting = {}): Story {
  const told = story({ sends: [SPEC, BESIDE], ...setting });
  return told.asks().calls().opens('a').speaks(6).shows('a', 6).held(6);
}

/** An answer that is held after six chunks, in the tab `a` that streams it, and the tab `b` that has four and no stream. */
export function askedFor(setting: Setting = {}): Story {
  const told = story(setting).asks().calls().opens('a').opens('b', { actor: 'tab-2', by: 'page' }).speaks(4);
  return told.shows('a', 4).shows('b', 4).disconnects('b', 'client').speaks(6).shows('a', 6).held(6);
}

/** @throws where who follows its streams would judge otherwise: each test is one of both ways */
export function judge(events: Iterable<Recorded>): PlayVerdict {
  const all = [...events];
  const judge = createJudge();
  for (const event of all) judge.push(event);
  const verdict = judge.finish()[0]!;
  deepEqual(judgeFollowing(all).verdict, verdict);
  return verdict;
}

/** The checkers that fail, and by which clauses: `no-loss/row-full`. */
export function failures(verdict: PlayVerdict): string[] {
  return verdict.checks
    .flatMap(({ id, violations }) => [...new Set(violations.map(({ clause }) => `${id}/${clause}`))])
    .sort();
}

/** A question asked, answered whole, and seen to the end by one tab. */
export function answered(setting?: Setting): Story {
  const { spec } = new Story(setting);
  return story(setting)
    .asks()
    .calls()
    .opens('a')
    .speaks(spec.chunks)
    .shows('a', spec.chunks)
    .hears('a', 'completed');
}
