/** The engine that reads every chunk: several processes with raw sockets, see ../engine/. */
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from '../../history/index.ts';
import type { Strike } from '../../runs/load-results.ts';
import { behaviours } from '../engine/behaviours/index.ts';
import { loadFaults } from '../faults.ts';
import { type Fleet, startFleet } from '../fleet.ts';
import { DEFAULT_MIX } from '../mix.ts';
import { rowsOf } from '../outcome.ts';
import { loadRow } from '../saturation.ts';
import { Series } from '../series.ts';
import type { Engine, EngineSetup, Playing } from './engine.ts';

/** From the workers being ready to the first user, ms. */
const LEAD = 500;

export const own: Engine = {
  id: 'own',
  what: 'reads and checks every chunk of every stream',
  driver: 'load',
  doings: behaviours.map((behaviour) => ({ ...behaviour, strikes: behaviour.id !== 'stay' })),
  mix: DEFAULT_MIX,
  fed: new Set([
    'no-loss',
    'no-duplication',
    'prefix-order',
    'isolation',
    'eventual-end',
    'one-generation',
    'one-terminal',
    'truthful-status',
    'convergence',
  ]),
  refuses: () => null,
  find: async () => ({ ok: true, why: 'it is part of holdfast' }),

  async begin(setup): Promise<Playing> {
    const { plan, faults, workers, config, folder, guardian } = setup;
    const { databaseUrl } = setup.stack;
    const series = new Series();
    const fleet = await startFleet({ plan, workers, config, databaseUrl, folder, guardian, series });
    return {
      series,
      tell: (event) => fleet.tell(event),
      async play() {
        const began = now();
        const strikes: Strike[] = [];
        const { tallies, late, tardy } = await letThemCome(setup, fleet, strikes);
        const durationMs = Math.round(now() - began);
        const { row, saturated } = loadRow(plan, series, strikes, faults, durationMs);
        const rows = [...rowsOf(own, plan, tallies, { late, tardy }, durationMs), row];
        return { tallies, strikes, rows, saturated };
      },
      close: () => fleet.close(),
    };
  },
};

async function letThemCome(
  { faults, signal, stack, recorder }: EngineSetup,
  fleet: Fleet,
  strikes: Strike[],
) {
  const start = now() + LEAD;
  fleet.way(stack.target.url);
  fleet.start(start);
  const striking = strikeAll();
  const outcome = await Promise.race([fleet.done, striking.then(() => fleet.done)]);
  await striking;
  await stack.retireOthers();
  return outcome;

  async function strikeAll(): Promise<void> {
    let named = 0;
    for (const { kind, at, lasts } of [...faults].sort((a, b) => a.at - b.at)) {
      await sleep(Math.max(0, start + at - now()), undefined, { signal });
      const fault = loadFaults.find(({ id }) => id === kind)!;
      const from = now() - start;
      const live = await fault.strike({ stack, fleet, recorder, name: `load-${kind}-${++named}` }, lasts);
      strikes.push({ kind, at: from, until: now() - start, live });
    }
  }
}
