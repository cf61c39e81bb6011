/** A body that was read whole, compared with the oracle: which invariants it breaks, if any. */

import { type AnomalyKind, showAnomaly } from '../../../checkers/anomaly.ts';
import type { Violation } from '../../../checkers/checker.ts';
import { Comparison } from '../../../checkers/comparison.ts';
import { showRange } from '../../../checkers/position.ts';
import { truthOf } from '../../../checkers/truth.ts';
import type { SendSpec } from '../../../history/events.ts';

export interface Breach {
  /** Id of the checker. */
  checker: string;
  violation: Violation;
}

/** What an invariant's checker calls it, and which that is. */
const NAMES: Record<AnomalyKind, [checker: string, clause: string]> = {
  gap: ['prefix-order', 'view'],
  late: ['prefix-order', 'view'],
  garbled: ['prefix-order', 'view'],
  shrunk: ['prefix-order', 'shrinks'],
  'after-end': ['one-terminal', 'nothing-after'],
  doubled: ['no-duplication', 'view'],
  foreign: ['isolation', 'view'],
  'other-attempt': ['isolation', 'attempt'],
};

/** The whole answer to a question, as a string: made once, compared with many times. */
export function wholeOf(spec: SendSpec): string {
  const truth = truthOf(spec, 0);
  let text = '';
  for (let place = 0; place < truth.chunks; place++) text += truth.chunk(place);
  return text;
}

/**
 * Why `text` is not what was expected.
 *
 * @param whole it is to be the whole answer; otherwise a beginning of it will do
 */
export function breachesOf(spec: SendSpec, text: string, whole: boolean, where: string): Breach[] {
  const comparison = new Comparison(spec);
  comparison.append(text, { source: 'autocannon', seq: 0 });
  const { anomalies, missing, complete, length } = comparison.reading();
  const breach = (checker: string, clause: string, expected: string, actual: string): Breach => ({
    checker,
    violation: { clause, expected, actual, place: 'delivery', where, evidence: [] },
  });
  const breaches = anomalies.map((anomaly) => {
    const [checker, clause] = NAMES[anomaly.kind];
    return breach(
      checker,
      clause,
      'the text of the oracle, each chunk once and in order',
      showAnomaly(anomaly),
    );
  });
  if (whole && !complete) {
    const lacks = missing.length > 0 ? `without ${missing.map(showRange).join(', ')}` : `of ${length} units`;
    breaches.unshift(breach('no-loss', 'fresh-full', `all ${spec.chunks} chunks`, `an answer ${lacks}`));
  }
  return breaches;
}
