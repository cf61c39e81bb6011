import type { Recorder } from '../history/index.ts';
import type { FaultName } from './fault.ts';

/** Writes the life of the faults of one place into the history; knows which are still to be healed. */
export interface FaultLog {
  armed(fault: FaultName, kind: string): void;
  /** `live`: how many live streams, or connections, it hit, where they can be counted. */
  struck(fault: FaultName, kind: string, live?: number): void;
  /** Heals the named fault if it struck and was not healed; without a name all of them. */
  healed(id?: string): void;
}

/** @param at the place, as the history names it: a device, `llm`, `database` */
export function createFaultLog(recorder: Recorder, at: string): FaultLog {
  const unhealed = new Map<string, { fault: FaultName; kind: string }>();

  function record(fault: FaultName, kind: string, state: 'armed' | 'struck' | 'healed', live?: number): void {
    (fault.recorder ?? recorder).record({
      type: 'fault',
      fault: fault.id,
      kind,
      at,
      state,
      ...(live !== undefined && { live }),
      ...(fault.send !== undefined && { send: fault.send }),
    });
  }

  return {
    armed: (fault, kind) => record(fault, kind, 'armed'),
    struck(fault, kind, live) {
      unhealed.set(fault.id, { fault, kind });
      record(fault, kind, 'struck', live);
    },
    healed(id) {
      for (const [key, { fault, kind }] of unhealed) {
        if (id !== undefined && id !== key) continue;
        unhealed.delete(key);
        record(fault, kind, 'healed');
      }
    },
  };
}
