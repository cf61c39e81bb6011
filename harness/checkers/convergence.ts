/**
 * After healing everybody agrees: the database, a fresh reader, and every view that somebody still looks at hold
 * the same text, right or wrong, and name the same state. Compared with the database, or where it cannot be looked
 * into, with the first fresh reader. A view whose network was not healed, or whose tab left for another session, is
 * left out. Where nobody looked in the end, nothing is known.
 */
import { sameText } from './anomaly.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { missingLook } from './last-look.ts';
import type { PlayFacts } from './play-facts.ts';
import { showReading, type Text, textOfRow, textOfView } from './texts.ts';

interface LastWord extends Text {
  kind: 'database' | 'fresh' | 'view';
  state: string | null;
}

export const convergence: SendChecker<null> = {
  id: 'convergence',
  key: 'send',
  holds: 'in the end all views, a fresh reader and the database hold the same',
  clauses: {
    fresh: 'a fresh reader and the database hold the same text',
    view: 'every view that is still looked at holds the same text as the database or a fresh reader',
    state: 'all name the same state',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const [reference, ...others] = lastWords(generation, play);
    const unseen = missingLook(generation, play);
    const doubt = unseen !== null && { inconclusive: unseen };
    if (!reference) return { samples: 0, violations: [], ...doubt };
    if (generation.isOpen) {
      return {
        samples: others.length,
        violations: [],
        inconclusive: 'the play was over before the LLM had finished',
      };
    }
    const violations = others.flatMap((other) => compare(reference, other));
    return { samples: others.length, violations, ...doubt };
  },
};

function lastWords(generation: Generation, play: PlayFacts): LastWord[] {
  const row = generation.finalRows.at(-1);
  const reachable = generation
    .finalViews(play)
    .filter(({ actor }) => !play.isCutOff(actor, generation.actors));
  const views = reachable.map((view) => ({
    ...textOfView(view),
    kind: view.fresh ? ('fresh' as const) : ('view' as const),
    state: view.ends.at(-1)?.state ?? null,
  }));
  return [
    ...(row ? [{ ...textOfRow(row), kind: 'database' as const, state: row.state }] : []),
    ...views.filter(({ kind }) => kind === 'fresh'),
    ...views.filter(({ kind }) => kind === 'view'),
  ];
}

function compare(reference: LastWord, other: LastWord): Violation[] {
  const blame = (clause: string, expected: string, actual: string): Violation => ({
    clause,
    expected: `${expected}, as ${reference.where} has it`,
    actual,
    place: other.kind === 'view' ? 'page' : other.place,
    where: other.where,
    evidence: [reference.evidence, other.evidence],
  });
  const violations: Violation[] = [];
  if (!sameText(reference.reading, other.reading)) {
    const clause = other.kind === 'fresh' ? 'fresh' : 'view';
    violations.push(blame(clause, showReading(reference.reading), showReading(other.reading)));
  }
  if (reference.state !== null && other.state !== null && reference.state !== other.state) {
    violations.push(blame('state', reference.state, other.state));
  }
  return violations;
}
