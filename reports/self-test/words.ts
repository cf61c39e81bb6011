/** What terminal and HTML both say of a self-test. */
import { checkerIds } from '../../harness/checkers/index.ts';
import { exitOf, INTERRUPTED } from '../../harness/runs/exit-codes.ts';
import type { PlantedResult, SelfTestResults } from '../../harness/self-test/results.ts';
import { count } from '../text.ts';

/** What a checker did in a row of the matrix. */
export type Mark = 'named' | 'companion' | 'unjudged' | 'missed' | 'alarm' | 'none';

export const MARKS: Readonly<Record<Mark, { sign: string; means: string }>> = {
  named: { sign: '●', means: 'failed, and is the one that names the defect' },
  companion: { sign: '○', means: 'failed, as it must' },
  unjudged: { sign: '?', means: 'had nothing to judge by then' },
  missed: { sign: '!', means: 'did not fail, and should have' },
  alarm: { sign: '‼', means: 'failed or was left open, and should not have' },
  none: { sign: '·', means: 'did not fail' },
};

export function everyRow({ planted, clean, canary }: SelfTestResults): PlantedResult[] {
  return [...planted, ...clean, ...canary];
}

/** Checkers that some row says something of, in the order of the list. */
export function columnsOf(results: SelfTestResults): string[] {
  const said = new Set(everyRow(results).flatMap((row) => [...row.expected, ...row.failed, ...row.unjudged]));
  return checkerIds.filter((id) => said.has(id));
}

export function markOf(row: PlantedResult, checker: string): Mark {
  if (row.outcome === 'not-played') return 'none';
  const expected = row.expected.indexOf(checker);
  if (row.failed.includes(checker)) {
    if (expected === -1) return 'alarm';
    return expected === 0 ? 'named' : 'companion';
  }
  if (expected !== -1) return 'missed';
  if (!row.unjudged.includes(checker)) return 'none';
  return row.why?.includes(checker) ? 'alarm' : 'unjudged';
}

/** The self-test in one sentence. */
export function headline(results: SelfTestResults): string {
  const { failure, planted, clean, canary } = results;
  if (failure?.code === INTERRUPTED) return 'The self-test was interrupted and proves nothing.';
  if (failure) return 'The harness failed: the self-test proves nothing.';
  const exact = (rows: readonly PlantedResult[]) => rows.filter(({ outcome }) => outcome === 'exact').length;
  const parts = [`${exact(planted)} of ${count(planted.length, 'planted defect')} caught exactly`];
  if (clean.length > 0) parts.push(`${exact(clean)} of ${count(clean.length, 'clean play')} passed`);
  if (canary.length > 0)
    parts.push(exact(canary) === canary.length ? 'the canary failed' : 'the canary did not fail as it must');
  return `${parts.join(', ')}.`;
}

export function nameOf({ defect, scenario, page }: PlantedResult): string {
  const name = defect ?? (scenario === 'canary' ? 'the canary' : 'clean');
  return page === 'rendered' ? `${name}, rendered` : name;
}

export function exit(results: SelfTestResults): { code: number; means: string } {
  const code = exitOf(results);
  const means: Record<number, string> = {
    0: 'every planted defect was caught by exactly the checkers that are written down',
    1: 'a defect was missed, or something alarmed without a cause',
    2: 'something was not played, so nothing is proved of it',
    130: 'interrupted',
  };
  return { code, means: means[code] ?? 'the harness itself failed' };
}
