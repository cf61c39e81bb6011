/** Repetitions folded: one row for a scenario and driver, one cell in it for a way of persisting. */
import type { CheckVerdict } from '../harness/checkers/checker.ts';
import type { CheckResult, Metric, Results, ScenarioResult } from '../harness/runs/results.ts';
import { inOrder } from './words.ts';

export interface Cell {
  /** Unique in a report, fit for an anchor. */
  key: string;
  persistence: string;
  plays: ScenarioResult[];
  verdict: CheckVerdict;
  passed: number;
  checks: Map<string, FoldedCheck>;
}

export interface FoldedCheck {
  id: string;
  /** The worst of all repetitions. */
  verdict: CheckVerdict;
  plays: number;
  /** How many repetitions ended as `verdict` says. */
  times: number;
  samples: number;
  /** The first that ended so, with its play. */
  first: { check: CheckResult; play: ScenarioResult };
}

export interface Row {
  id: string;
  title: string;
  /** Empty: by none. */
  driver: string;
  cells: Map<string, Cell>;
}

export interface Folded {
  persistence: string[];
  /** Ids of all checkers, in the order of the results. */
  checkers: string[];
  rows: Row[];
}

const BADNESS: Readonly<Record<CheckVerdict, number>> = { 'not-applicable': 0, pass: 1, unknown: 2, fail: 3 };

export function fold(results: Results): Folded {
  const rows = new Map<string, Row>();
  const checkers = new Set<string>();
  for (const play of results.scenarios) {
    const name = `${play.id}/${play.driver}`;
    const row = entry(rows, name, () => ({
      id: play.id,
      title: play.title,
      driver: driverOf(play),
      cells: new Map<string, Cell>(),
    }));
    const cell = entry(row.cells, play.persistence, () => ({
      key: `${play.id}-${play.driver}-${play.persistence}`.replace(/[^\w-]/g, '_'),
      persistence: play.persistence,
      plays: [],
      verdict: 'not-applicable' as const,
      passed: 0,
      checks: new Map<string, FoldedCheck>(),
    }));
    cell.plays.push(play);
    if (play.verdict === 'pass') cell.passed++;
    if (BADNESS[play.verdict] > BADNESS[cell.verdict]) cell.verdict = play.verdict;
    for (const check of play.checks) {
      checkers.add(check.id);
      add(cell.checks, check, play);
    }
  }
  return {
    persistence: inOrder(results.scenarios.map((s) => s.persistence)),
    checkers: [...checkers],
    rows: [...rows.values()],
  };
}

/** What is judged beside the plays is driven by nobody. */
export const driverOf = ({ driver }: Pick<ScenarioResult, 'driver'>): string =>
  driver === 'none' ? '' : driver;

function add(checks: Map<string, FoldedCheck>, check: CheckResult, play: ScenarioResult): void {
  const before = checks.get(check.id);
  const worse = !before || BADNESS[check.verdict] > BADNESS[before.verdict];
  checks.set(check.id, {
    id: check.id,
    verdict: worse ? check.verdict : before.verdict,
    plays: (before?.plays ?? 0) + 1,
    times: worse ? 1 : before.times + Number(check.verdict === before.verdict),
    samples: (before?.samples ?? 0) + check.samples,
    first: worse ? { check, play } : before.first,
  });
}

export function cells(folded: Folded): { row: Row; cell: Cell }[] {
  return folded.rows.flatMap((row) =>
    folded.persistence.flatMap((persistence) => {
      const cell = row.cells.get(persistence);
      return cell ? [{ row, cell }] : [];
    }),
  );
}

/** How a cell ended: `pass`, or with repetitions how many of them passed. */
export function tally(cell: Cell): string {
  return cell.plays.length === 1 ? cell.verdict : `${cell.passed}/${cell.plays.length}`;
}

/**
 * A figure over several plays. Order statistics do not add up: with more than one play `p50` is the median of
 * the plays' medians and `p99` the largest of their p99, which no play exceeded.
 */
export function foldMetric(plays: readonly ScenarioResult[], key: string): Metric | null {
  const found = plays.flatMap((play) => (Object.hasOwn(play.metrics, key) ? [play.metrics[key]!] : []));
  if (found.length === 0) return null;
  const medians = found.map((m) => m.p50).sort((a, b) => a - b);
  return {
    unit: found[0]!.unit,
    n: found.reduce((sum, m) => sum + m.n, 0),
    min: Math.min(...found.map((m) => m.min)),
    p50: medians[Math.ceil(medians.length / 2) - 1]!,
    p99: Math.max(...found.map((m) => m.p99)),
    max: Math.max(...found.map((m) => m.max)),
  };
}

export function metricKeys(plays: readonly ScenarioResult[]): string[] {
  return [...new Set(plays.flatMap((play) => Object.keys(play.metrics)))];
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
