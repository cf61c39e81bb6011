/** How processes of the target came to their end. */
import type { RecordedOf } from '../history/events.ts';
import { type Moment, momentOf } from './moment.ts';

export interface Death {
  /** `shutdown`: it was asked to end and could put its things in order. Everything else is a crash. */
  how: 'crash' | 'shutdown';
  at: Moment;
}

/** Signals that end nothing. */
const PAUSES: ReadonlySet<string | undefined> = new Set(['SIGSTOP', 'SIGCONT']);

/** By time. A process that was killed and then exits has died once. */
export function deathsOf(processes: readonly RecordedOf<'process'>[]): Death[] {
  const killed = new Set<number | null>();
  const deaths: Death[] = [];
  const byTime = processes.filter(({ name }) => isTarget(name)).sort((a, b) => a.t - b.t);
  for (const event of byTime) {
    const { state, pid, planned, reason } = event;
    if (state === 'started' || state === 'ready') killed.delete(pid);
    else if (state === 'killed' && !PAUSES.has(reason)) {
      killed.add(pid);
      deaths.push({ how: planned && reason === 'SIGTERM' ? 'shutdown' : 'crash', at: momentOf(event) });
    } else if (state === 'exited' && !killed.delete(pid))
      deaths.push({ how: planned ? 'shutdown' : 'crash', at: momentOf(event) });
  }
  return deaths;
}

export function isTarget(name: string): boolean {
  return name === 'target' || name.startsWith('target-');
}
