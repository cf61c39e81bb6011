/** How processes of the target came to their end, or stood still. */
import type { RecordedOf } from '../history/events.ts';
import { type Moment, momentOf } from './moment.ts';

export interface Death {
  /** `shutdown`: it was asked to end and could put its things in order. Everything else is a crash. */
  how: 'crash' | 'shutdown';
  at: Moment;
  /** Which process of the target, 0 the first. */
  instance: number;
}

/** Signals that end nothing. */
const PAUSES: ReadonlySet<string | undefined> = new Set(['SIGSTOP', 'SIGCONT']);

/** By time. A process that was killed and then exits has died once. */
export function deathsOf(processes: readonly RecordedOf<'process'>[]): Death[] {
  const killed = new Set<number | null>();
  const deaths: Death[] = [];
  const byTime = processes.filter(({ name }) => isTarget(name)).sort((a, b) => a.t - b.t);
  for (const event of byTime) {
    const { name, state, pid, planned, reason } = event;
    const instance = instanceOf(name);
    if (state === 'started' || state === 'ready') killed.delete(pid);
    else if (state === 'killed' && !PAUSES.has(reason)) {
      killed.add(pid);
      deaths.push({
        how: planned && reason === 'SIGTERM' ? 'shutdown' : 'crash',
        at: momentOf(event),
        instance,
      });
    } else if (state === 'exited' && !killed.delete(pid))
      deaths.push({ how: planned ? 'shutdown' : 'crash', at: momentOf(event), instance });
  }
  return deaths;
}

/** A process stood still while there was another, which cannot know whether it ever goes on. */
export interface Standstill {
  instance: number;
  at: Moment;
  /** When it went on, or died; null: it was not seen to. */
  until: Moment | null;
}

/** By time. The first process of a target is there from before the play. */
export function standstillsOf(processes: readonly RecordedOf<'process'>[]): Standstill[] {
  const alive = new Set(['target']);
  const standing = new Map<string, Standstill & { beside: boolean }>();
  const all: (Standstill & { beside: boolean })[] = [];
  const byTime = processes.filter(({ name }) => isTarget(name)).sort((a, b) => a.t - b.t);
  for (const event of byTime) {
    const { name, state, reason } = event;
    if (state === 'ready') {
      alive.add(name);
      for (const [other, still] of standing) still.beside ||= other !== name;
      continue;
    }
    if (state === 'killed' && reason === 'SIGSTOP') {
      const beside = [...alive].some((other) => other !== name);
      const still = { instance: instanceOf(name), at: momentOf(event), until: null, beside };
      if (!standing.has(name)) {
        standing.set(name, still);
        all.push(still);
      }
      continue;
    }
    if (state === 'started') continue;
    const still = standing.get(name);
    if (still) still.until = momentOf(event);
    standing.delete(name);
    if (!(state === 'killed' && reason === 'SIGCONT')) alive.delete(name);
  }
  return all.filter(({ beside }) => beside).map(({ instance, at, until }) => ({ instance, at, until }));
}

/** `target` is the first, `target-2` the second. */
const instanceOf = (name: string) =>
  name === 'target' ? 0 : Number(name.slice(name.lastIndexOf('-') + 1)) - 1;

export function isTarget(name: string): boolean {
  return name === 'target' || name.startsWith('target-');
}
