/** An adapter that cannot read what its target said: a fact for the history, never the end of the harness. */
import type { SendSeed } from '../../history/index.ts';
import type { ApiSettings } from './settings.ts';

/** What `read` makes of what the target said; undefined, and booked, where it throws. */
export function readable<T>(
  { recorder }: ApiSettings,
  about: { actor: string; what: 'frame' | 'answer'; send?: SendSeed },
  read: () => T,
): T | undefined {
  try {
    return read();
  } catch (error) {
    recorder.record({
      type: 'unreadable',
      ...about,
      reason: error instanceof Error ? error.message : String(error),
    });
    return undefined;
  }
}
