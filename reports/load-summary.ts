/** What a load run comes to, in a few lines for a terminal. */
import type { LoadResults } from '../harness/runs/load-results.ts';
import { count, figure, withUnit } from './text.ts';

/** Latencies that a person asks for first. */
const FIRST = ['first-chunk', 'recovery', 'outage', 'chunk-gap', 'switch', 'stop'];
const MARK = { met: '✓', missed: '✗', unknown: '?' } as const;

export function loadSummary({
  counts,
  latencies,
  objectives,
  zeros,
  search,
  saturated,
  memory,
}: LoadResults): string[] {
  const { visits, answers, chunks, lost, refused } = counts;
  const lines = [
    `${count(visits, 'visit')}, ${count(answers, 'answer')}, ${count(chunks, 'chunk')} checked; ${lost} lost something, ${refused} refused`,
  ];
  if (saturated !== null) lines.push(`generator saturated: ${saturated}`);
  for (const name of FIRST) {
    const latency = latencies[name];
    if (!latency) continue;
    const [p50, p99, max] = [latency.p50, latency.p99, latency.max].map((ms) => withUnit(ms, 'ms'));
    lines.push(`${name.padEnd(12)} p50 ${p50}  p99 ${p99}  max ${max}  n ${latency.n}`);
  }
  for (const { objective, value, verdict } of objectives)
    lines.push(`${MARK[verdict]} ${objective}  (${value === null ? 'no sample' : figure(value)})`);
  if (search) {
    const levels = search.levels.map(({ level, held }) => `${level} ${held ? '✓' : '✗'}`);
    // Where no level broke, what was found is no limit.
    const bound = search.levels.every(({ held }) => held) ? 'at least ' : '';
    lines.push(
      `limit: ${search.limit === null ? 'none' : `${bound}${search.limit} ${search.of}`}  (${levels.join(', ')})`,
    );
  }
  for (const { kind, visits: hit, lost: missed, bound } of zeros) {
    const what = kind === 'none' ? 'left alone' : kind;
    const worth = bound === null ? 'no bound' : `at most ${figure(bound * 100)} % lose something (95 %)`;
    lines.push(`${what}: ${missed} of ${count(hit, 'visit')} lost something; ${worth}`);
  }
  if (memory.some(({ verdict }) => verdict !== 'unknown'))
    lines.push(`memory: ${memory.map(remembered).join(', ')}`);
  return lines;
}

function remembered({ process, mean, slope, error, verdict }: LoadResults['memory'][number]): string {
  const trend = error === null ? '' : ` (${signed(slope)} ± ${figure(error)} MiB/min)`;
  return `${process} ${Math.round(mean)} MiB ${verdict}${trend}`;
}

function signed(value: number): string {
  return value < 0 ? `−${figure(-value)}` : `+${figure(value)}`;
}
