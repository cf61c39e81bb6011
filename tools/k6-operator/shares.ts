/**
 * Which runner made which visits, by their raw samples. k6 deals visits out in turn: of n equal segments the first makes
 * 0, n, 2n …, the second 1, n + 1, … Users of a closed loop come again as they like, so one may come further than another.
 */
import { samplesIn } from '../../harness/load/k6/samples.ts';

export interface Share {
  pod: string;
  /** In the order in which they began; a visit that began twice stands twice. */
  begun: number[];
  ended: number[];
}

/** @throws HF_MERGE where the samples cannot be read */
export async function readShare(pod: string, file: string): Promise<Share> {
  const share: Share = { pod, begun: [], ended: [] };
  for await (const { metric, value, metadata } of samplesIn(file)) {
    if (value === 0 || metadata.visit === undefined) continue;
    if (metric === 'visits_begun') share.begun.push(Number(metadata.visit));
    if (metric === 'holdfast_history') share.ended.push(Number(metadata.visit));
  }
  return share;
}

/** What is wrong with how visits were shared out; nothing where each visit was made by exactly one, and none left out. */
export function flawsOf(shares: readonly Share[]): string[] {
  const flaws: string[] = [];
  const by = new Map<number, string>();
  for (const [at, { pod, begun, ended }] of shares.entries()) {
    if (begun.length === 0) flaws.push(`${pod} made no visit`);
    for (const visit of begun) {
      const other = by.get(visit);
      if (other !== undefined) flaws.push(`visit ${visit} was made by ${other} and by ${pod}`);
      by.set(visit, pod);
    }
    const sorted = begun.toSorted((a, b) => a - b);
    const wrong = sorted.findIndex((visit, n) => visit !== at + n * shares.length);
    if (wrong >= 0)
      flaws.push(`${pod}: visit ${at + wrong * shares.length} should have come, not ${sorted[wrong]}`);
    const open = begun.filter((visit) => !ended.includes(visit));
    if (open.length > 0) flaws.push(`${pod} did not end visit ${open.join(', ')}`);
  }
  return flaws;
}
