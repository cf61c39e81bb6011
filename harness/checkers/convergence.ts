/**
 * After healing everybody agrees: the database, a fresh reader, and every view that somebody still looks at hold
 * the same text, right or wrong, and name the same state. Compared with the database, or where it cannot be looked
 * into, with the first fresh reader. A view whose network was not healed, or whose tab left for another session, is
 * left out. Where nobody looked in the end, or the answer was still under way then, nothing is known.
 *
 * Of a page that renders Markdown the source is compared as far as its marks prove it, and what is shown itself, word
 * for word, with what a page that has just been loaded makes of the same answer. Where none was loaded, nothing is
 * known of it.
 */
import { sameText } from './anomaly.ts';
import { type FoundViolation, judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { missingLook } from './last-look.ts';
import type { PlayFacts } from './play-facts.ts';
import { asRead } from './rendering.ts';
import { showReading, type Text, textOfRow, textOfView } from './texts.ts';
import { lateness } from './under-way.ts';

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
    rendering: 'a page that renders shows in the end what a page that has just been loaded renders',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const [reference, ...others] = lastWords(generation, play);
    const unseen = missingLook(generation, play);
    if (!reference) return { samples: 0, violations: [], ...(unseen !== null && { inconclusive: unseen }) };
    const late = lateness(generation, play);
    const rendered = compareRenderings(generation, play);
    const violations = [...others.flatMap((other) => compare(reference, other)), ...rendered.violations];
    const differ = violations.length > 0;
    // Who looks at different times at what still grows sees different texts.
    const reasons = [differ || generation.isOpen ? late : null, unseen, rendered.inconclusive].filter(
      (reason) => reason !== null,
    );
    return {
      samples: others.length + rendered.samples,
      violations: late === null ? violations : [],
      ...(reasons[0] !== undefined && { inconclusive: reasons[0] }),
    };
  },
};

/** Views that differ in their source are told by that alone. */
function compareRenderings(
  generation: Generation,
  play: PlayFacts,
): { samples: number; violations: Violation[]; inconclusive: string | null } {
  const shown = reachable(generation, play).filter(({ rendering, fresh }) => rendering !== null && !fresh);
  const fresh = generation.freshRendering;
  if (shown.length === 0) return { samples: 0, violations: [], inconclusive: null };
  if (!fresh) {
    const inconclusive = 'no page was loaded in the end that rendered the answer afresh';
    return { samples: 0, violations: [], inconclusive };
  }
  const expected = asRead(fresh.rendering!.shown);
  const violations = shown
    .filter((view) => sameText(view.reading(), fresh.reading()) && asRead(view.rendering!.shown) !== expected)
    .map((view) => ({
      clause: 'rendering',
      expected: `the text that ${fresh.name} renders of it`,
      actual: showDifference(asRead(view.rendering!.shown), expected),
      place: 'page' as const,
      where: view.name,
      evidence: [fresh.lastRef, view.lastRef],
    }));
  return { samples: shown.length, violations, inconclusive: null };
}

const AROUND = 24;

/** For people: where two texts part. */
function showDifference(actual: string, expected: string): string {
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at++;
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - AROUND), at + AROUND));
  return `${around(actual)} where that has ${around(expected)}, at its unit ${at}`;
}

const reachable = (generation: Generation, play: PlayFacts) =>
  generation.finalViews(play).filter(({ actor }) => !play.faults.cutOff(actor, generation.actors));

function lastWords(generation: Generation, play: PlayFacts): LastWord[] {
  const row = generation.finalRows.at(-1);
  const views = reachable(generation, play).map((view) => ({
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

/** It was told no end, and shows the beginning of what it waits for. */
function stillWaits({ kind, state, reading }: LastWord, reference: LastWord): boolean {
  const isSameAnswer = reading.length === 0 || reading.attempt === reference.reading.attempt;
  const isBeginning = reading.prefix && reference.reading.prefix && reading.length < reference.reading.length;
  return kind === 'view' && state === null && isSameAnswer && isBeginning;
}

/** It has had time for whatever reached it: what it shows is its own doing. What only reads shows what it was sent. */
const isPageStillOpen = ({ kind, holder }: LastWord) =>
  kind === 'view' && holder !== 'database' && holder.byPage;

function compare(reference: LastWord, other: LastWord): FoundViolation[] {
  const blame = (clause: string, expected: string, actual: string): Violation => ({
    clause,
    expected: `${expected}, as ${reference.where} has it`,
    actual,
    place: isPageStillOpen(other) ? 'page' : other.place,
    where: other.where,
    evidence: [reference.evidence, other.evidence],
  });
  const violations: FoundViolation[] = [];
  if (!sameText(reference.reading, other.reading)) {
    const clause = other.kind === 'fresh' ? 'fresh' : 'view';
    violations.push({
      ...blame(clause, showReading(reference.reading), showReading(other.reading)),
      ...(stillWaits(other, reference) && { liveness: true as const }),
    });
  }
  if (reference.state !== null && other.state !== null && reference.state !== other.state) {
    violations.push(blame('state', reference.state, other.state));
  }
  return violations;
}
