import { Unmet } from '../actors/actor.ts';
import type { Recorder } from '../history/index.ts';

/** That something was waited for in vain is part of the history, and no failure of the harness. */
export async function unmetIsTold(recorder: Recorder, step: () => Promise<void> | undefined): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof Unmet)) throw error;
    recorder.record({ type: 'unmet', waitedFor: error.waitedFor, ms: error.ms });
  }
}
