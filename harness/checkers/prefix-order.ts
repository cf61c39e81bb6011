/**
 * What anybody sees of an answer is, at any time, a prefix of it, and it never becomes shorter unless whoever
 * shows it was told that it starts anew (a declared reset: a replay, or the target's word after a crash). A page
 * that reloads opens a new view, which may begin with what was saved until then.
 *
 * Together with no-loss, no-duplication and isolation this is literal equality: no anomaly of any kind means that
 * the text is a prefix of expected, unit by unit.
 */
import { type AnomalyKind, showAnomaly } from './anomaly.ts';
import { judgedFromFacts, type SendChecker } from './checker.ts';
import { everyText } from './texts.ts';

const NO_PREFIX: ReadonlySet<AnomalyKind> = new Set([
  'gap',
  'late',
  'doubled',
  'foreign',
  'other-attempt',
  'garbled',
] as const);

export const prefixOrder: SendChecker<null> = {
  id: 'prefix-order',
  key: 'send',
  holds: 'what is seen is at any time the beginning of the answer, and never shrinks unannounced',
  clauses: {
    view: 'every view at any time is a prefix of expected',
    row: 'the database at any time holds a prefix of expected',
    shrinks: 'a view shrinks only at a declared reset',
  },
  ...judgedFromFacts,
  verdict(_, { generation }) {
    const texts = everyText(generation);
    const violations = texts.flatMap(({ holder, where, place, anomalies }) =>
      anomalies
        .filter(({ kind }) => kind === 'shrunk' || NO_PREFIX.has(kind))
        .map((anomaly) => ({
          clause: anomaly.kind === 'shrunk' ? 'shrinks' : holder === 'database' ? 'row' : 'view',
          expected: anomaly.kind === 'shrunk' ? 'text that was shown stays' : 'a prefix of the answer',
          actual: showAnomaly(anomaly),
          place,
          where,
          evidence: [anomaly.evidence],
        })),
    );
    return { samples: texts.length, violations };
  },
};
