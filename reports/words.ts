/** The words in which every report speaks, so that terminal, HTML and JUnit say the same thing. */
import type { CheckVerdict, Place, Verdict } from '../harness/checkers/checker.ts';
import { EXIT, exitOf, INTERRUPTED } from '../harness/runs/exit-codes.ts';
import { type Results, STACK_SCENARIO } from '../harness/runs/results.ts';
import { count } from './text.ts';

/** Told apart by shape, not only by colour. */
export const MARK: Readonly<Record<CheckVerdict, string>> = {
  pass: '✓',
  fail: '✗',
  unknown: '?',
  'not-applicable': '–',
};

export const WORD: Readonly<Record<CheckVerdict, string>> = {
  pass: 'pass',
  fail: 'fail',
  unknown: 'unknown',
  'not-applicable': 'not applicable',
};

export const PLACE: Readonly<Record<Place, { where: string; means: string }>> = {
  generation: { where: 'in the generation', means: 'it never came out of the LLM call' },
  database: { where: 'in the database', means: 'the LLM gave it, the database does not hold it' },
  delivery: { where: 'in delivery', means: 'it never reached the reader' },
  page: { where: 'in the page', means: 'it arrived, and the page does not show it' },
  target: { where: 'in what the target said', means: 'what it told is not so' },
  harness: { where: 'in the harness', means: 'the instrument itself' },
};

/** How many plays there were; the stack, which is judged beside them, is none. */
export function playCount({ scenarios }: Pick<Results, 'scenarios'>): number {
  return scenarios.filter(({ id }) => id !== STACK_SCENARIO).length;
}

/** The same in words; under load those who were judged are visits. */
export function played(results: Pick<Results, 'scenarios' | 'load'>): string {
  return results.load ? count(results.load.counts.visits, 'visit') : count(playCount(results), 'play');
}

/** That the target was broken on purpose, in a sentence; null: it was not. */
export function planted({ defects }: Pick<Results, 'defects'>): string | null {
  if (defects.length === 0) return null;
  return `The target was broken on purpose, by ${count(defects.length, 'planted defect')}: ${defects.join(', ')}.`;
}

/** The verdict of a run in one sentence. */
export function headline(results: Results): string {
  if (results.failure?.code === INTERRUPTED) return 'The run was interrupted and proves nothing.';
  if (results.failure) return 'The harness failed: this run proves nothing.';
  const underLoad = results.load && headlineOfLoad(results, results.load.counts);
  if (underLoad) return underLoad;
  const plays = playCount(results);
  const judged = (verdict: Verdict) => results.scenarios.filter((s) => s.verdict === verdict);
  const of = (verdict: Verdict) => playCount({ scenarios: judged(verdict) });
  if (results.verdict === 'fail' && of('fail') === 0) return 'The plays left something behind in the stack.';
  if (results.verdict === 'fail') return `${of('fail')} of ${count(plays, 'play')} broke an invariant.`;
  if (results.verdict === 'pass') {
    return plays === 1
      ? 'The play kept every invariant that was judged.'
      : `All ${plays} plays kept every invariant that was judged.`;
  }
  if (results.load && of('unknown') > 0) return 'Nothing can be said of the load as a whole.';
  if (of('unknown') > 0) return `Nothing can be said of ${of('unknown')} of ${count(plays, 'play')}.`;
  if (results.flaws.length > 0) return 'Nothing can be said: the history is damaged.';
  if (results.skipped.some((s) => !s.allowed)) return 'Nothing can be said: something asked for was skipped.';
  return 'Nothing was judged, so nothing can be said.';
}

/** null: it is as with any other run. */
function headlineOfLoad(
  { verdict, scenarios }: Results,
  { visits, failed, unknown }: NonNullable<Results['load']>['counts'],
): string | null {
  const all = count(visits, 'visit');
  if (verdict === 'pass')
    return visits === 1
      ? 'The visit kept every invariant that was judged.'
      : `All ${all} kept every invariant that was judged.`;
  if (verdict === 'unknown') return unknown > 0 ? `Nothing can be said of ${unknown} of ${all}.` : null;
  if (failed > 0) return `${failed} of ${all} broke an invariant.`;
  return scenarios.some(({ id, verdict }) => verdict === 'fail' && id !== STACK_SCENARIO)
    ? 'The load as a whole broke an invariant.'
    : 'The visits left something behind in the stack.';
}

const MEANS: Readonly<Record<number, string>> = {
  [EXIT.pass]: 'every invariant that was judged holds',
  [EXIT.fail]: 'an invariant was broken',
  [EXIT.unknown]: 'the run does not prove anything either way; it is not a pass',
  [EXIT.objective]: 'every invariant that was judged holds, but an objective was missed',
  [EXIT.usage]: 'wrong usage or configuration; nothing is said about the target',
  [EXIT.harness]: 'the harness itself failed; nothing is said about the target',
  [EXIT.interrupted]: 'interrupted',
};

/** The exit code that the run ends with, and what it means. */
export function exit(results: Parameters<typeof exitOf>[0]): { code: number; means: string } {
  const code = exitOf(results);
  return { code, means: MEANS[code] ?? 'unknown' };
}

const METRICS: Readonly<Record<string, string>> = {
  'time-to-first-chunk': 'time to first chunk',
  'recovery-first-new': 'recovery: to the first new chunk',
  'recovery-caught-up': 'recovery: to caught up',
  'recovery-finished': 'recovery: to the end',
  'recovery-detected': 'recovery: to its being noticed',
  'recovery-from-detection': 'recovery: from there to the first new chunk',
  'reload-first-partial': 'reload: to the first text',
  'thread-time': "page's thread, by chunk",
  'long-task': "page's thread, busy in one go",
  'switch-latency': 'switch latency',
  'durability-lag': 'durability lag',
  'durability-age': 'age of the oldest unsaved chunk',
  'replay-cost': 'replay cost (sent again / new)',
};

/** How a measured figure is called; one that is not known here is shown by its key. */
export function metricName(key: string): string {
  return METRICS[key] ?? key.replaceAll('-', ' ');
}

/** The old way first, so that a table reads as before and after. */
export function inOrder(persistence: Iterable<string>): string[] {
  return [...new Set(persistence)].sort((a, b) => Number(b === 'at-end') - Number(a === 'at-end'));
}

/** What was skipped for one reason, in the order in which the reasons came. */
export function skippedTogether(
  skipped: Results['skipped'],
): { whats: string[]; why: string; allowed: boolean }[] {
  const groups = Map.groupBy(skipped, ({ why, allowed }) => `${allowed} ${why}`);
  return [...groups.values()].map((group) => ({
    whats: group.map(({ what }) => what),
    why: group[0]!.why,
    allowed: group[0]!.allowed,
  }));
}
