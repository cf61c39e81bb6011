/** Rows of several shards as one: samples add up, the worst verdict counts, and it says which shard that was. */
import type { CheckResult } from '../../checkers/checker.ts';
import type { ScenarioResult } from '../../runs/results.ts';
import type { Shard } from './shard.ts';

const VIOLATIONS_KEPT = 20;
const STRIKES_KEPT = 50;
const WORST = ['not-applicable', 'pass', 'unknown', 'fail'] as const;

/** @param metrics of the load itself, worked out anew: those of the shards are summaries, which do not merge */
export function mergeRows(shards: readonly Shard[], metrics: ScenarioResult['metrics']): ScenarioResult[] {
  const rows = shards.flatMap(({ results }) => results.scenarios.map((row) => ({ run: results.run, row })));
  const groups = Map.groupBy(rows, ({ row }) => `${row.persistence}/${row.id}/${row.driver}`);
  return [...groups.values()].map((group) => {
    const { run, row } = group.reduce((worst, one) => (rank(one.row) > rank(worst.row) ? one : worst));
    return {
      ...row,
      repetition: 1,
      reason: row.reason === null || shards.length === 1 ? row.reason : `${run}: ${row.reason}`,
      checks: mergeChecks(group.map(({ row }) => row.checks)),
      metrics: row.id === 'load' ? metrics : {},
      durationMs: Math.max(...group.map(({ row }) => row.durationMs)),
      strikes: group
        .flatMap(({ run, row }) => row.strikes.map((strike) => `${run}: ${strike}`))
        .slice(0, STRIKES_KEPT),
      // Files stand in the folders of the shards.
      artifacts: [],
    };
  });
}

function rank({ verdict }: { verdict: (typeof WORST)[number] }): number {
  return WORST.indexOf(verdict);
}

function mergeChecks(all: readonly (readonly CheckResult[])[]): CheckResult[] {
  const byId = Map.groupBy(all.flat(), ({ id }) => id);
  return [...byId.values()].map((checks) => {
    const worst = checks.reduce((known, check) => (rank(check) > rank(known) ? check : known));
    const samples = checks.reduce((sum, check) => sum + check.samples, 0);
    return {
      ...worst,
      samples,
      actual: worst.verdict === 'pass' ? `held in ${samples} of ${samples} samples` : worst.actual,
      violations: checks.flatMap(({ violations }) => violations).slice(0, VIOLATIONS_KEPT),
      violationCount: checks.reduce((sum, { violationCount }) => sum + violationCount, 0),
    };
  });
}
