/**
 * Question and answer can be read before the LLM has said anything: while the mock LLM holds the call that was
 * opened and not answered, a snapshot of the database and a list of the session's messages show both.
 * Whoever reloads in that moment, or dies, loses nothing then.
 *
 * Only what was asked for certainly after the call came, and answered certainly before it was released, counts.
 */
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { certainlyBefore, type Instant, type Moment } from './moment.ts';

export const earlyVisibility: SendChecker<null> = {
  id: 'early-visibility',
  key: 'send',
  holds: 'question and answer can be read while the LLM has been asked and has not answered',
  clauses: {
    'question-row': 'the question is in the database before the LLM answers',
    'answer-row': 'the row of the answer is in the database before the LLM answers',
    listed: 'the answer is listed in its session before the LLM answers',
  },
  ...judgedFromFacts,
  verdict(_, { generation }) {
    const during = unanswered(generation);
    const rows = generation.rows.filter(({ asked, at }) => during(asked, at));
    const lists = generation.words().filter(({ from, asked, at }) => from === 'list' && during(asked, at));
    const violations: Violation[] = [];
    const blame = (clause: string, what: string, place: 'database' | 'target', where: string, at: Moment) =>
      violations.push({
        clause,
        expected: `${what} while the LLM call is open and unanswered`,
        actual: 'it is not there',
        place,
        where,
        evidence: [at.ref],
      });
    for (const { question, state, at } of rows) {
      if (!question) blame('question-row', 'the question in the database', 'database', 'database', at);
      if (state === 'absent')
        blame('answer-row', 'the row of the answer in the database', 'database', 'database', at);
    }
    for (const { state, where, at } of lists) {
      if (state === 'absent') blame('listed', 'the answer in the list of its session', 'target', where, at);
    }
    return { samples: rows.length + lists.length, violations };
  },
};

function unanswered(generation: Generation): (asked: Instant, at: Instant) => boolean {
  const holds = generation
    .callsInOrder()
    .flatMap((call) => call.heldSpans())
    .filter((hold) => hold.at === -1);
  return (asked, at) =>
    holds.some(({ from, to }) => certainlyBefore(from, asked) && (to === null || certainlyBefore(at, to)));
}
