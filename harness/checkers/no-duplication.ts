/**
 * No text of an answer stands twice, with ids or without. Judged by the text alone: a repeated chunk is found
 * even where it carries no watermark and looks exactly like its neighbour, because then the text is too long.
 * An answer that itself says the same twice is expected to, and so is one whose LLM repeats a chunk.
 */
import { showAnomaly } from './anomaly.ts';
import { judgedFromFacts, type SendChecker } from './checker.ts';
import { everyText } from './texts.ts';

export const noDuplication: SendChecker<null> = {
  id: 'no-duplication',
  key: 'send',
  holds: 'no text of the answer stands twice in what anybody saw, or in the database',
  clauses: {
    view: 'no text stands twice in a view, at any time',
    row: 'no text stands twice in the database, at any time',
  },
  ...judgedFromFacts,
  verdict(_, { generation }) {
    const texts = everyText(generation);
    const violations = texts.flatMap(({ holder, where, place, anomalies }) =>
      anomalies
        .filter(({ kind }) => kind === 'doubled')
        .map((anomaly) => ({
          clause: holder === 'database' ? 'row' : 'view',
          expected: 'every chunk once',
          actual: showAnomaly(anomaly),
          place,
          where,
          evidence: [anomaly.evidence],
        })),
    );
    return { samples: texts.length, violations };
  },
};
