/**
 * The timeline of plays, folded from a history of any length in bounded memory: for each play that is to be
 * shown a lane for each actor, the LLM, the processes and the database, with what happened on it.
 *
 *     alice     ├─send─┤├──stream──┃ broken     ├─stream──┃ terminal
 *     LLM               │││││││││││││││││││││││
 *     database      ▁    ▂    ▃    ▄    ▅    ▆
 *                           ▒▒▒▒ fault ▒▒▒▒
 */
import type { Recorded, RecordedOf } from '../harness/history/index.ts';
import { createLanes, type Lane, type LaneSet } from './lanes.ts';

export interface Timeline {
  plays: Map<string, PlayTimeline>;
  /** Number of generations that were planned, by play; of all plays, shown or not. */
  generations: Map<string, number>;
  /** Lines of the history that were asked for, by their reference. */
  evidence: Map<string, Recorded>;
}

export interface PlayTimeline {
  play: string;
  /** Monotonic time of its start, ms: zero of its axis. All other times are relative to it. */
  start: number;
  /** ms from its start. */
  end: number;
  lanes: Lane[];
  bands: Band[];
  phases: { t: number; name: string }[];
  /** What was left out to keep the report small, in words. */
  thinned: string[];
}

/** A fault over the lanes. null: it never came to that. */
export interface Band {
  kind: string;
  at: string;
  armed: number | null;
  struck: number | null;
  healed: number | null;
  /** How many live streams it hit. */
  live: number | null;
}

export interface TimelineFold {
  push(event: Recorded): void;
  finish(): Timeline;
}

/** What to keep of a history. */
export interface Wanted {
  plays: Iterable<string>;
  /** Lines to quote, as `source#seq`. */
  evidence: Iterable<string>;
}

const MAX_BANDS = 40;
const MAX_STACK_EVENTS = 2000;

export function createTimelineFold(wanted: Wanted): TimelineFold {
  const plays = new Map([...wanted.plays].map((play) => [play, createPlayFold(play)]));
  const quotes = linesBySource(wanted.evidence);
  const generations = new Map<string, number>();
  const evidence = new Map<string, Recorded>();
  const stack: RecordedOf<'process'>[] = [];
  /** A process of the stack concerns every play of its time; the stack has a play of its own, without sends. */
  const concerns = ({ play: of }: RecordedOf<'process'>, play: string) =>
    of === undefined || of === play || generations.get(of) === 0;

  return {
    push(event) {
      if (quotes.get(event.source)?.has(event.seq)) evidence.set(`${event.source}#${event.seq}`, event);
      if (event.type === 'process') {
        if (stack.length < MAX_STACK_EVENTS) stack.push(event);
        return;
      }
      if (event.play === undefined) return;
      if (event.type === 'plan') generations.set(event.play, event.sends.length);
      plays.get(event.play)?.push(event);
    },
    finish() {
      const built = new Map<string, PlayTimeline>();
      for (const [play, fold] of plays) {
        const timeline = fold.finish(stack.filter((event) => concerns(event, play)));
        if (timeline) built.set(play, timeline);
      }
      return { plays: built, generations, evidence };
    },
  };
}

interface PlayFold {
  push(event: Recorded): void;
  finish(stack: readonly RecordedOf<'process'>[]): PlayTimeline | null;
}

function createPlayFold(play: string): PlayFold {
  const lanes: LaneSet = createLanes();
  const bands = new Map<string, Band>();
  const phases: { t: number; name: string }[] = [];
  let start: number | undefined;
  let end = Number.NEGATIVE_INFINITY;
  let bandsLeftOut = 0;

  const band = (event: RecordedOf<'fault'>) => {
    let found = bands.get(event.fault);
    if (!found) {
      if (bands.size >= MAX_BANDS) {
        bandsLeftOut++;
        return;
      }
      found = { kind: event.kind, at: event.at, armed: null, struck: null, healed: null, live: null };
      bands.set(event.fault, found);
    }
    found[event.state] ??= event.t;
    if (event.live !== undefined) found.live = event.live;
  };

  return {
    push(event) {
      if (event.type === 'phase' && event.phase === 'play') start = event.t;
      start ??= event.t;
      end = Math.max(end, event.t);
      if (event.type === 'phase') phases.push({ t: event.t, name: event.phase });
      else if (event.type === 'unmet')
        phases.push({ t: event.t, name: `waited in vain for ${event.waitedFor}` });
      else if (event.type === 'fault') band(event);
      else lanes.push(event);
    },
    finish(stack) {
      if (start === undefined) return null;
      const zero = start;
      for (const event of stack) if (event.t <= end) lanes.push(event);
      const relative = (t: number | null) => (t === null ? null : t - zero);
      return {
        play,
        start: zero,
        end: end - zero,
        lanes: lanes.finish(zero, end),
        bands: Array.from(bands.values(), (b) => ({
          ...b,
          armed: relative(b.armed),
          struck: relative(b.struck),
          healed: relative(b.healed),
        })),
        phases: phases.map(({ t, name }) => ({ t: t - zero, name })),
        thinned: [
          ...lanes.thinned(),
          ...(bandsLeftOut > 0 ? [`${bandsLeftOut} events of further faults`] : []),
        ],
      };
    },
  };
}

function linesBySource(references: Iterable<string>): Map<string, Set<number>> {
  const bySource = new Map<string, Set<number>>();
  for (const reference of references) {
    const at = reference.lastIndexOf('#');
    const source = reference.slice(0, at);
    const lines = bySource.get(source) ?? new Set<number>();
    bySource.set(source, lines.add(Number(reference.slice(at + 1))));
  }
  return bySource;
}
