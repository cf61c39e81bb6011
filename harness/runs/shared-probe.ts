/** One look at the database for all plays on a stack: a connection for each would cost more than its look. */
import type { Probe, Target } from '../targets/target.ts';

/**
 * Opens the target's probe when it is first needed, and again where a look fails over a connection that was open.
 *
 * @returns undefined where the target has none
 */
export function shareProbe({ probe: open }: Target, databaseUrl: string): Probe | undefined {
  if (!open) return undefined;
  let current: Promise<Probe> | undefined;

  async function look<T>(through: (probe: Probe) => Promise<T>): Promise<T> {
    const used = current ?? open!(databaseUrl);
    const isNew = current === undefined;
    current = used;
    try {
      return await through(await used);
    } catch (error) {
      if (current === used) current = undefined;
      void used.then((probe) => probe.close()).catch(() => {});
      // A connection that was open may be gone since the last look, and that says nothing of the database.
      if (isNew) throw error;
      return look(through);
    }
  }

  return {
    snapshot: (sessions) => look((probe) => probe.snapshot(sessions)),
    connections: () => look((probe) => probe.connections()),
    async close() {
      const used = current;
      current = undefined;
      await (await used?.catch(() => undefined))?.close();
    },
  };
}
