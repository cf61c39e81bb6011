/** The lanes of one play: who they belong to, and the spans and marks on them. Bounded, whatever comes. */
import type { Recorded, RecordedOf } from '../harness/history/index.ts';
import { shorten } from './text.ts';
import { createThinned, type Thinned } from './thinned.ts';

export type LaneKind = 'actor' | 'llm' | 'process' | 'database';
export type SpanKind = 'operation' | 'stream' | 'call' | 'hold' | 'process';
export type MarkKind = 'chunk' | 'row' | 'state' | 'reset' | 'end' | 'death';

/** Something with a beginning; times in ms from the start of the play. */
export interface Span {
  kind: SpanKind;
  label: string;
  from: number;
  to: number;
  /** How it ended; empty where it did not while anybody looked. */
  outcome: string;
  /** Something went wrong with it. */
  bad: boolean;
}

export interface Point {
  t: number;
  title: string;
  /** Rows: length of the text that was stored, UTF-16 units. */
  value: number;
  bad: boolean;
}

export interface Lane {
  kind: LaneKind;
  name: string;
  spans: Span[];
  marks: Record<MarkKind, readonly Point[]>;
}

export interface LaneSet {
  push(event: Recorded): void;
  finish(zero: number, end: number): Lane[];
  /** What was left out, in words. */
  thinned(): string[];
}

const MAX_LANES = 24;
const MAX_SPANS = 300;
const MAX_MARKS = 400;
const LONGEST_CURSOR = 14;
const STREAM_END: Readonly<Record<RecordedOf<'stream.close'>['why'], string>> = {
  terminal: 'ended with the answer',
  eof: 'ended without a word',
  broken: 'broken',
  client: 'left by the reader',
  refused: 'refused',
};
const ORDER: readonly LaneKind[] = ['actor', 'llm', 'process', 'database'];
const MARK_KINDS: readonly MarkKind[] = ['chunk', 'row', 'state', 'reset', 'end', 'death'];

interface OpenSpan extends Omit<Span, 'to'> {
  to: number | null;
}

interface Building {
  kind: LaneKind;
  name: string;
  spans: OpenSpan[];
  spansLeftOut: number;
  marks: Record<MarkKind, Thinned<Point>>;
}

export function createLanes(): LaneSet {
  const lanes = new Map<string, Building>();
  const leftOut = new Set<string>();
  // Open spans and views by their key; only those of lanes that are kept.
  const open = new Map<string, OpenSpan>();
  const actorOfView = new Map<string, string>();

  const lane = (kind: LaneKind, name: string): Building | undefined => {
    const key = `${kind} ${name}`;
    const found = lanes.get(key);
    if (found) return found;
    if (lanes.size >= MAX_LANES) {
      if (leftOut.size < 10_000) leftOut.add(key);
      return undefined;
    }
    const made: Building = {
      kind,
      name,
      spans: [],
      spansLeftOut: 0,
      marks: {
        chunk: createThinned(MAX_MARKS),
        row: createThinned(MAX_MARKS),
        state: createThinned(MAX_MARKS),
        reset: createThinned(MAX_MARKS),
        end: createThinned(MAX_MARKS),
        death: createThinned(MAX_MARKS),
      },
    };
    lanes.set(key, made);
    return made;
  };

  const begin = (on: Building | undefined, key: string, span: Pick<Span, 'kind' | 'label' | 'from'>) => {
    if (!on) return;
    if (on.spans.length >= MAX_SPANS) {
      on.spansLeftOut++;
      return;
    }
    const made: OpenSpan = { ...span, to: null, outcome: '', bad: false };
    on.spans.push(made);
    open.set(key, made);
  };

  const close = (key: string, t: number, outcome: string, bad = false) => {
    const span = open.get(key);
    if (!span) return;
    open.delete(key);
    Object.assign(span, { to: t, outcome, bad });
  };

  const mark = (
    on: Building | undefined,
    kind: MarkKind,
    t: number,
    title: string,
    extra?: Partial<Point>,
  ) => {
    on?.marks[kind].push({ t, title, value: 0, bad: false, ...extra });
  };

  const actorLane = (view: string) => {
    const actor = actorOfView.get(view);
    return actor === undefined ? undefined : lane('actor', actor);
  };

  const llm = () => lane('llm', 'LLM');

  return {
    push(event) {
      switch (event.type) {
        case 'invoke': {
          const on = event.f === 'probe' ? lane('database', 'database') : lane('actor', event.actor);
          // A probe is drawn as the row that it found.
          if (event.f !== 'probe')
            begin(on, `op ${event.op}`, { kind: 'operation', label: event.f, from: event.t });
          return;
        }
        case 'ok':
          return close(`op ${event.op}`, event.t, event.state ? `ok: ${event.state}` : 'ok');
        case 'fail':
          return close(`op ${event.op}`, event.t, `refused: ${event.reason}`, event.hostile === undefined);
        case 'info':
          return close(`op ${event.op}`, event.t, `outcome unknown: ${event.reason}`, true);
        case 'llm.call': {
          const label =
            event.send === null ? 'auxiliary call' : `send ${event.send}, attempt ${event.attempt}`;
          return begin(llm(), `call ${event.call}`, { kind: 'call', label, from: event.t });
        }
        case 'llm.chunk':
          return mark(llm(), 'chunk', event.t, `chunk ${event.i} of send ${event.send}`);
        case 'llm.held': {
          const label = event.at < 0 ? 'held before the answer' : `held after ${event.at} chunks`;
          return begin(llm(), `hold ${event.call}`, { kind: 'hold', label, from: event.t });
        }
        case 'llm.released':
          return close(`hold ${event.call}`, event.t, 'released');
        case 'llm.end':
          close(`hold ${event.call}`, event.t, event.how);
          return close(
            `call ${event.call}`,
            event.t,
            `${event.how} after ${event.chunks} chunks`,
            event.how !== 'completed',
          );
        case 'process': {
          const on = lane('process', event.name);
          const key = `process ${event.name}`;
          if (event.state === 'started')
            return begin(on, key, { kind: 'process', label: event.name, from: event.t });
          if (event.state === 'ready') return mark(on, 'state', event.t, `${event.name} is ready`);
          const title = `${event.name} ${event.state}${event.planned ? '' : ', unplanned'}${event.reason ? `: ${event.reason}` : ''}`;
          const bad = event.state === 'killed' || !event.planned;
          mark(on, 'death', event.t, title, { bad });
          return close(key, event.t, event.state, bad);
        }
        case 'row': {
          const title = `send ${event.send}: ${event.state}, ${event.text.length} units stored`;
          return mark(lane('database', 'database'), 'row', event.t, title, {
            value: event.text.length,
            bad: event.state === 'absent',
          });
        }
        case 'view.open':
          if (lane('actor', event.actor)) actorOfView.set(event.view, event.actor);
          return;
        case 'seen': {
          const verb = event.how === 'append' ? 'received' : 'now shows';
          return mark(
            actorLane(event.view),
            'chunk',
            event.t,
            `${verb} ${event.text.length} units of send ${event.send}`,
          );
        }
        case 'view.reset':
          return mark(
            actorLane(event.view),
            'reset',
            event.t,
            `send ${event.send} starts anew: ${event.reason ?? event.why}`,
          );
        case 'view.end':
          return mark(actorLane(event.view), 'end', event.t, `send ${event.send} held for ${event.state}`, {
            bad: event.state === 'error' || event.state === 'absent',
          });
        case 'view.close':
          actorOfView.delete(event.view);
          return;
        case 'stream.open': {
          const label =
            event.cursor === null ? 'stream' : `resumed at ${shorten(event.cursor, LONGEST_CURSOR)}`;
          return begin(lane('actor', event.actor), `stream ${event.stream}`, {
            kind: 'stream',
            label,
            from: event.t,
          });
        }
        case 'stream.close': {
          const code =
            event.http === undefined ? '' : ` (${event.http}${event.code ? ` ${event.code}` : ''})`;
          const bad = event.why === 'broken' || event.why === 'eof' || event.why === 'refused';
          return close(`stream ${event.stream}`, event.t, `${STREAM_END[event.why]}${code}`, bad);
        }
        case 'state':
          return mark(lane('actor', event.actor), 'state', event.t, `${event.from} says: ${event.state}`);
      }
    },
    finish(zero, end) {
      return [...lanes.values()]
        .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
        .map((building) => relativeTo(building, zero, end))
        .filter(worthShowing);
    },
    thinned() {
      const words: string[] = [];
      for (const { name, spansLeftOut, marks } of lanes.values()) {
        if (spansLeftOut > 0) words.push(`${name}: ${spansLeftOut} further spans`);
        for (const kind of MARK_KINDS) {
          const { items, total } = marks[kind];
          if (items.length < total) words.push(`${name}: ${total - items.length} of ${total} ${kind} marks`);
        }
      }
      if (leftOut.size > 0) words.push(`${leftOut.size} further lanes`);
      return words;
    },
  };
}

/** Processes that merely ran are left out, but for the one under test. */
function worthShowing({ kind, name, spans, marks }: Lane): boolean {
  const marked = MARK_KINDS.some((mark) => marks[mark].length > 0);
  return marked || (spans.length > 0 && (kind !== 'process' || name.startsWith('target')));
}

function relativeTo(building: Building, zero: number, end: number): Lane {
  const within = (t: number) => t >= zero && t <= end;
  const points = (kind: MarkKind) =>
    building.marks[kind].items.flatMap((p) => (within(p.t) ? [{ ...p, t: p.t - zero }] : []));
  return {
    kind: building.kind,
    name: building.name,
    spans: building.spans
      .filter((span) => span.from <= end && (span.to === null || span.to >= zero))
      .map((span) => ({
        ...span,
        from: Math.max(span.from, zero) - zero,
        to: Math.min(span.to ?? end, end) - zero,
        outcome: span.to === null || span.to > end ? '' : span.outcome,
        bad: span.bad && (span.to === null || span.to <= end),
      })),
    marks: {
      chunk: points('chunk'),
      row: points('row'),
      state: points('state'),
      reset: points('reset'),
      end: points('end'),
      death: points('death'),
    },
  };
}
