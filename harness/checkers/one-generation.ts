/**
 * One intended send is one call of the LLM and one answer, whatever was sent again, reloaded or opened twice. Auxiliary calls (a
 * title, a summary) are booked apart. A call made again after one that failed before its first chunk is a retry;
 * regenerate and continue are declared causes; after a crash a target that promises to go on may ask once more.
 */

import type { Call } from './call.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { deathsIn, lapsesIn } from './mishaps.ts';

export const oneGeneration: SendChecker<null> = {
  id: 'one-generation',
  key: 'send',
  holds: 'one send is one call of the LLM and one answer, whatever is sent again, reloaded or opened twice',
  clauses: {
    'one-call': 'no second LLM call for the same send without a cause',
    'one-answer': 'no second answer to the same send without a cause, in no list and not in the database',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const calls = generation.callsInOrder();
    const capabilities = play.plan?.target.capabilities;
    const sends = play.of('send', generation.spec.seed);
    const causes = sends.filter(({ causes }) => causes !== undefined).length;
    // A target that does not know a repetition for one has never promised this.
    if (capabilities?.idempotentSend === false && sends.length - causes > 1)
      return { samples: 0, violations: [] };
    const doubled = surplusAnswers(generation, 1 + causes);
    if (calls.length === 0) return { samples: doubled.length, violations: doubled };
    const retries = calls.slice(0, -1).filter(isFailedBeforeFirst).length;
    const reruns = play.goesOnAfterDeath
      ? deathsIn(generation, play).length + lapsesIn(generation, play).length
      : 0;
    const allowed = 1 + causes + retries + reruns;
    if (calls.length <= allowed) return { samples: 1, violations: doubled };
    const surplus = calls[allowed]!;
    return {
      samples: 1,
      violations: [
        ...doubled,
        {
          clause: 'one-call',
          expected: `${allowed} LLM call${allowed === 1 ? '' : 's'}`,
          actual: `${calls.length} calls`,
          place: 'generation',
          where: `LLM call ${surplus.id}`,
          evidence: calls.flatMap(({ opened }) => (opened ? [opened.ref] : [])),
        },
      ],
    };
  },
};

/** The first word of each place that knows of more answers than there can be. */
function surplusAnswers(generation: Generation, allowed: number): Violation[] {
  const surplus = generation.words().filter(({ answers = 1 }) => answers > allowed);
  const places = new Map(surplus.reverse().map((word) => [word.from, word]));
  return [...places.values()].map(({ from, answers, where, at }) => ({
    clause: 'one-answer',
    expected: `${allowed} answer${allowed === 1 ? '' : 's'}`,
    actual: `${answers} answers`,
    place: from === 'row' ? 'database' : 'target',
    where,
    evidence: [at.ref],
  }));
}

function isFailedBeforeFirst({ ended, emitted }: Call): boolean {
  return ended !== null && ended.how !== 'completed' && emitted === 0;
}
