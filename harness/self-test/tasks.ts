/** What a self-test plays: each defect by itself, what must pass without any, and what must fail without any. */
import { scenarios } from '../../scenarios/index.ts';
import type { DriverName } from '../actors/driver.ts';
import type { AnyScenario } from '../runs/scenario.ts';
import type { PageMode } from '../targets/page.ts';
import { unknownName } from '../unknown-name.ts';
import type { Expectation } from './compare.ts';
import { type Row, rows } from './rows.ts';

/** One run, on a stack of its own, and what must come of each of its scenarios. */
export interface Task {
  kind: 'planted' | 'clean' | 'canary';
  name: string;
  /** null: none is planted. */
  defect: string | null;
  scenarios: readonly AnyScenario[];
  driver: DriverName;
  /** How pages show text; default: plain. */
  page?: PageMode;
  expectation: Expectation;
  /**
   * How many plays go on side by side. A defect that mixes up what is played at the same time would show what nobody
   * wrote down.
   */
  jobs: number;
}

const NOTHING: Expectation = { fails: [], unjudged: [] };
const CANARY: Expectation = { fails: ['no-loss', 'prefix-order', 'convergence'], unjudged: [] };
const CLEAN_JOBS: Readonly<Record<DriverName, number>> = { api: 6, browser: 3 };

/**
 * @param defects only these rows; default: all, with the clean plays and the canary
 * @throws HF_UNKNOWN_NAME
 */
export function tasksOf(defects?: readonly string[]): Task[] {
  const known = rows.map(({ defect }) => defect);
  for (const name of defects ?? []) {
    if (!known.includes(name)) throw unknownName('defect', name, known);
  }
  const chosen = rows.filter(({ defect }) => defects?.includes(defect) ?? true);
  const inRendered = chosen.filter(({ rendered }) => rendered);
  const planted = [...chosen.map((row) => taskOf(row)), ...inRendered.map((row) => taskOf(row, 'rendered'))];
  if (defects) return planted;
  return [...planted, clean('api'), clean('browser'), canary()];
}

/** What brings a defect out must pass without it; by API the short set does, too. */
function clean(driver: DriverName): Task {
  const isNeeded = (id: string) =>
    rows.some(({ scenario, driver: by = 'api' }) => scenario === id && driver === by);
  return {
    kind: 'clean',
    name: `clean-${driver}`,
    defect: null,
    scenarios: scenarios.filter(
      ({ id, short, mustFail }) => !mustFail && ((short && driver === 'api') || isNeeded(id)),
    ),
    driver,
    expectation: NOTHING,
    jobs: CLEAN_JOBS[driver],
  };
}

function canary(): Task {
  return {
    kind: 'canary',
    name: 'canary',
    defect: null,
    scenarios: scenarios.filter(({ mustFail }) => mustFail),
    driver: 'api',
    expectation: CANARY,
    jobs: 1,
  };
}

function taskOf({ defect, scenario, driver = 'api', fails, unjudged = [] }: Row, page?: PageMode): Task {
  return {
    kind: 'planted',
    name: page ? `${defect}-${page}` : defect,
    defect,
    ...(page && { page }),
    scenarios: scenarios.filter(({ id }) => id === scenario),
    driver,
    expectation: { fails, unjudged },
    jobs: 1,
  };
}
