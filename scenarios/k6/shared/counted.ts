/** How many chunks a text lacks, has twice, or has that are not its own: by the comparison that judges everywhere. */
import { Comparison } from '../../../harness/checkers/comparison.ts';
import { chunkOf } from '../../../harness/checkers/position.ts';
import type { SendSpec } from '../../../harness/history/events.ts';

export interface Counted {
  lost: number;
  doubled: number;
  wrong: number;
}

/** @param text of an answer that has ended */
export function countIn(text: string, spec: SendSpec): Counted {
  const comparison = new Comparison(spec);
  comparison.append(text, { source: 'k6', seq: 0 });
  const { truth, reached, missing, complete, anomalies } = comparison.reading();
  // Something is missing even where it is less than a chunk.
  const chunks = (range: { from: number; to: number }) =>
    Math.max(1, chunkOf(range.to) - chunkOf(range.from));
  const tail = truth.chunks - chunkOf(reached);
  const gaps = missing.reduce((sum, range) => sum + chunks(range), 0);
  const of = (isIt: (kind: string) => boolean) =>
    anomalies.filter(({ kind }) => isIt(kind)).reduce((sum, anomaly) => sum + chunks(anomaly), 0);
  return {
    lost: complete ? 0 : Math.max(1, gaps + tail),
    doubled: of((kind) => kind === 'doubled'),
    // What is missing, and what comes late after it, has been counted.
    wrong: of((kind) => kind !== 'doubled' && kind !== 'gap' && kind !== 'late'),
  };
}
