/**
 * No text of another generation, attempt, session or user stands in an answer, anywhere. Text tells by its
 * watermark where it comes from; in natural text another attempt is found by comparison, and what is of nobody
 * known counts against prefix-order. Nor does the list of a session hold an answer that was not asked for in it.
 */
import type { RecordedOf } from '../history/events.ts';
import { refOf, showAnomaly } from './anomaly.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import { everyText, type Text } from './texts.ts';

export const isolation: SendChecker<null> = {
  id: 'isolation',
  key: 'send',
  holds: 'no text of another answer, attempt, session or user stands in an answer',
  clauses: {
    view: 'no view holds text of another send',
    row: 'the database holds no text of another send under this one',
    stray: 'the list of a session holds no answer that was not asked for in it',
    attempt: 'no text mixes two attempts, and its attempt is one that the LLM spoke',
  },
  ...judgedFromFacts,
  verdict(_, { generation }) {
    const texts = everyText(generation);
    const violations = texts.flatMap(({ holder, where, place, anomalies }) =>
      anomalies
        .filter(({ kind }) => kind === 'foreign' || kind === 'other-attempt')
        .map((anomaly) => ({
          clause: anomaly.kind === 'other-attempt' ? 'attempt' : holder === 'database' ? 'row' : 'view',
          expected: `text of send ${generation.spec.seed} only, of one attempt`,
          actual: showAnomaly(anomaly),
          place,
          where,
          evidence: [anomaly.evidence],
        })),
    );
    const spoken = new Set(generation.callsInOrder().map((call) => call.attempt));
    const unspoken = texts.filter(
      ({ reading }) => spoken.size > 0 && reading.length > 0 && !spoken.has(reading.attempt),
    );
    const strays = [...generation.strays.values()];
    return {
      samples: texts.length + strays.length,
      violations: [...violations, ...unspoken.map(neverSpoken), ...strays.map(notAskedFor)],
    };
  },
};

function notAskedFor({ message, owner, length, actor, source, seq }: RecordedOf<'stray'>): Violation {
  return {
    clause: 'stray',
    expected: 'answers to what was asked in the session, and no others',
    actual: `the answer ${message} of ${length} units, ${owner === null ? 'of nobody known' : `to the send ${owner}`}`,
    place: 'target',
    where: `list to ${actor}`,
    evidence: [refOf({ source, seq })],
  };
}

function neverSpoken({ reading, place, where, evidence }: Text): Violation {
  return {
    clause: 'attempt',
    expected: 'text of an attempt that the LLM spoke',
    actual: `text of attempt ${reading.attempt}`,
    place,
    where,
    evidence: [evidence],
  };
}
