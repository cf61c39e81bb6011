/**
 * Notices a PostgreSQL that stands still: it takes connections, which its system does for it, and never says a word. A play on
 * such a server would wait for each of its bounds, and then blame the target. One that refuses is alive.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import { withClient } from './databases.ts';

/** ms */
const EVERY = 2_000;
/** ms; as long as everything else waits that asks a database. */
const ANSWERS_WITHIN = 10_000;
/** One alone may be a machine that slept. */
const SILENT_TIMES = 2;

/**
 * @param onDeath told once, of a silence of `SILENT_TIMES * ANSWERS_WITHIN` ms; nothing is watched any more then
 * @returns ends it
 */
export function watchPulse(
  { provider, adminUrl }: { provider: string; adminUrl: string },
  onDeath: (error: HoldfastError) => void,
  { every = EVERY, within = ANSWERS_WITHIN } = {},
): () => void {
  const over = new AbortController();
  const watch = async () => {
    for (let silent = 0; silent < SILENT_TIMES; ) {
      await sleep(every, undefined, { signal: over.signal, ref: false });
      silent = (await isSilent(adminUrl, within)) ? silent + 1 : 0;
    }
    if (!over.signal.aborted)
      onDeath(new HoldfastError('HF_POSTGRES_SILENT', { provider, ms: SILENT_TIMES * within }));
  };
  // What ends it is that nobody wants to know any more.
  watch().catch(() => {});
  return () => over.abort();
}

/** Over a connection of its own each time: one that is open is served by a process that may go on without its parent. */
async function isSilent(adminUrl: string, within: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, within, true);
    timer.unref();
  });
  const ask = withClient(adminUrl, 'holdfast-pulse', (client) => client.query('SELECT'), 2 * within);
  const answers = ask.then(
    () => false,
    () => false,
  );
  return Promise.race([answers, bound]).finally(() => clearTimeout(timer));
}
