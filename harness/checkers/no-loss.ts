/**
 * Nothing of an answer is lost.
 *
 * Without a stop, a fault of the LLM or the database, or a crash of the owner, a generation ends `completed`, and
 * every view that saw the end, a fresh reader and the database hold all of expected. After `cancelled` or `error`
 * they hold one prefix of it, no shorter than what any view held when it was told the end; after a crash it may
 * be shorter by the checkpoint interval, and a view that loses text by that is told so by a reset. A process that
 * stands still beside another, for longer than the target bears, may cost as much as one that crashed. A planned
 * shutdown (SIGTERM) excuses an end in `error`, but nothing that was seen may be lost by it; where the target
 * promises that generations go on after a crash, neither excuses anything; and of several processes it is only the one
 * that was asked, where it is known which, whose end excuses anything. Where nothing but a fault of the LLM ended
 * it, what is kept is all that the LLM had said before, except after a reset, which may cost any part of the tail.
 *
 * Judged is what is missing, or stands replaced. Text that is there twice, in the wrong order or from elsewhere
 * is the matter of no-duplication, prefix-order and isolation; the four together say literally: equal.
 * That a client went away and the target therefore closed the LLM call is no excuse. Where no fresh reader got to
 * read, or the database was not looked into although it can be, nothing is known.
 *
 * What has not come *yet* is not lost. Where the target was still at work when the play was over (it says so, nobody
 * was told an end, it has not hung up on the LLM) only what had been saved or seen and is gone, or was skipped, fails;
 * of the rest nothing is known, and that the answer is late is the matter of eventual-end.
 */
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { missingLook } from './last-look.ts';
import { crashesIn, excusesOf, lapsesIn } from './mishaps.ts';
import { latest, type Moment } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import { chunkOf, positionOf, showPosition, showRange } from './position.ts';
import { finalState, lacking, placeOfLoss, showReading, type Text, textOfRow, textOfView } from './texts.ts';
import { goneFrom, lateness, textsSoFar } from './under-way.ts';

export const noLoss: SendChecker<null> = {
  id: 'no-loss',
  key: 'send',
  holds:
    'nothing of an answer is missing at its end, for whoever saw it, whoever comes afresh, or in the database',
  clauses: {
    completed: 'without stop, fault or crash the generation ends completed',
    'view-full': 'a view that was told completed holds the whole answer',
    'fresh-full': 'a fresh reader of a completed generation gets the whole answer',
    'row-full': 'the database holds the whole answer of a completed generation',
    'partial-whole': 'what is kept of a stopped, failed or late answer has no holes',
    'partial-kept': 'what is kept is no shorter than what any view held when it was told the end',
    'said-kept': 'what the LLM had said before it failed is kept',
    'late-kept':
      'of an answer that is late nothing is gone that had been saved, or seen, but for the checkpoint interval',
    'crash-bound': 'a crash costs at most the checkpoint interval',
    'crash-announced': 'a view that a crash made shorter was told so by a reset',
    'shutdown-kept': 'a planned shutdown costs nothing that anybody has seen',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    if (generation.fate(play) !== 'sent') return { samples: 0, violations: [] };
    const finals = finalTexts(generation);
    const told = [...generation.views.values()].filter(({ fresh, ends }) => !fresh && ends.length > 0);
    const samples = finals.length + told.length;
    const excused = excusesOf(generation, play).size > 0;
    const whole = !excused || finalState(generation) === 'completed';
    const violations = [
      ...(excused ? [] : otherEnds(generation)),
      ...told.flatMap((view) => shortViews(generation, play, textOfView(view), view.ends.at(-1)!.state)),
    ];
    const late = lateness(generation, play);
    if (whole && late !== null && finals.some(({ reading }) => !reading.complete)) {
      violations.push(...lostOnTheWay(generation, play, finals));
      return { samples, violations, inconclusive: late };
    }
    const unseen = missingLook(generation, play);
    const unsaid = whole ? [] : costsOfFault(generation, play, finals);
    const inconclusive = unseen ?? (unsaid.length > 0 ? late : null);
    violations.push(
      ...(whole ? shortFinals(generation, play, finals) : shortPartials(generation, play, finals)),
      ...(late === null ? unsaid : []),
    );
    return { samples, violations, ...(inconclusive !== null && { inconclusive }) };
  },
};

function lostOnTheWay(generation: Generation, play: PlayFacts, finals: Text[]): Violation[] {
  return [
    ...holes(generation, play, textsSoFar(generation, play, finals)),
    ...finals.flatMap((text) => goneFrom(text, generation, play)),
  ];
}

function finalTexts(generation: Generation): Text[] {
  return [...generation.freshViews.map(textOfView), ...generation.finalRows.map(textOfRow)];
}

function otherEnds(generation: Generation): Violation[] {
  const word = generation.terminalWords().find(({ state }) => state !== 'completed');
  if (!word) return [];
  const aborted = generation.callsInOrder().findLast(({ ended }) => ended?.how === 'aborted');
  return [
    {
      clause: 'completed',
      expected: 'completed: there was no stop, no fault of the LLM or the database, no crash',
      actual: aborted
        ? `${word.state}: the target closed the LLM call after ${aborted.emitted} chunks`
        : word.state,
      place: aborted ? 'generation' : 'target',
      where: word.where,
      evidence: [word.at.ref, ...(aborted?.ended ? [aborted.ended.at.ref] : [])],
    },
  ];
}

function shortViews(generation: Generation, play: PlayFacts, text: Text, state: string): Violation[] {
  if (state !== 'completed' || text.reading.complete) return [];
  return [shorter('view-full', generation, play, text)];
}

function shortFinals(generation: Generation, play: PlayFacts, finals: Text[]): Violation[] {
  return finals
    .filter(({ reading }) => !reading.complete)
    .map((text) => shorter(text.holder === 'database' ? 'row-full' : 'fresh-full', generation, play, text));
}

function shorter(clause: string, generation: Generation, play: PlayFacts, text: Text): Violation {
  const [lost] = lacking(text.reading);
  return {
    clause,
    expected: `all ${text.reading.truth.chunks} chunks`,
    actual: showReading(text.reading),
    place: lost ? placeOfLoss(generation, play, lost, text.holder) : text.place,
    where: text.where,
    evidence: [text.evidence],
  };
}

function shortPartials(generation: Generation, play: PlayFacts, finals: Text[]): Violation[] {
  const shown = generation
    .finalViews(play)
    .filter(({ fresh, ends }) => !fresh && ends.length > 0)
    .map(textOfView);
  const crash = play.goesOnAfterDeath ? undefined : latest(crashesIn(generation, play));
  const violations = holes(generation, play, [...finals, ...shown]);
  const held = longestToldTheEnd(generation);
  for (const text of finals) {
    if (!held || text.reading.reached >= held.reading.reached) continue;
    const lost = { from: text.reading.reached, to: held.reading.reached };
    violations.push({
      clause: crash ? 'crash-announced' : 'partial-kept',
      expected: `no less than ${held.where} held when it was told the end: up to ${showPosition(lost.to)}`,
      actual: `up to ${showPosition(lost.from)}`,
      place: placeOfLoss(generation, play, lost, text.holder),
      where: text.where,
      evidence: [text.evidence, held.evidence],
    });
  }
  const ends = play.goesOnAfterDeath ? [] : [...crashesIn(generation, play), ...lapsesIn(generation, play)];
  violations.push(...ends.flatMap((end) => costsOfEnd(end, generation, play, finals)));
  return crash ? violations : [...violations, ...costsOfShutdown(generation, play, finals)];
}

function holes(generation: Generation, play: PlayFacts, texts: Text[]): Violation[] {
  return texts
    .filter(({ reading }) => reading.missing.length > 0)
    .map((text) => ({
      ...shorter('partial-whole', generation, play, text),
      expected: 'one prefix of the answer',
      actual: `${text.reading.missing.map(showRange).join(', ')} missing in the middle`,
    }));
}

/** A text of nothing is of no attempt; of several calls the last is the one whose words count. */
function costsOfFault(generation: Generation, play: PlayFacts, finals: Text[]): Violation[] {
  const last = generation.callsInOrder().at(-1);
  if (!last?.broken || !last.truth.exact || excusesOf(generation, play).size > 1) return [];
  return finals
    .filter(({ reading }) => reading.length === 0 || reading.attempt === last.attempt)
    .map((text) => ({ text, said: last.truth.fewest(last.emitted) }))
    .filter(({ text, said }) => chunkOf(text.reading.reached) < said)
    .map(({ text, said }) => {
      const lost = { from: text.reading.reached, to: positionOf(said) };
      return {
        clause: 'said-kept',
        expected: `the ${said} chunks that the LLM had said when it failed`,
        actual: `up to ${showPosition(lost.from)}`,
        place: placeOfLoss(generation, play, lost, text.holder),
        where: text.where,
        evidence: [text.evidence, last.broken!.ref],
      };
    });
}

/** Where nothing else can have cost anything: whoever is asked to end has time to save what it has delivered. */
function costsOfShutdown(generation: Generation, play: PlayFacts, finals: Text[]): Violation[] {
  const excuses = excusesOf(generation, play);
  const shutdown = excuses.get('shutdown');
  if (!shutdown || excuses.size > 1) return [];
  return finals.flatMap((text) => {
    const views = [...generation.views.values()].filter(
      (view) => text.reading.length === 0 || view.reading().attempt === text.reading.attempt,
    );
    const had = Math.max(0, ...views.map(({ growth }) => growth.atLeastAt(Number.POSITIVE_INFINITY)));
    if (chunkOf(text.reading.reached) >= had) return [];
    const lost = { from: text.reading.reached, to: positionOf(had) };
    return [
      {
        clause: 'shutdown-kept',
        expected: `no less than the ${had} chunks that had been seen: the target was asked to end, it did not crash`,
        actual: `up to ${showPosition(text.reading.reached)}`,
        place: placeOfLoss(generation, play, lost, text.holder),
        where: text.where,
        evidence: [text.evidence, shutdown.ref],
      },
    ];
  });
}

function longestToldTheEnd(generation: Generation): Text | undefined {
  let longest: Text | undefined;
  for (const view of generation.views.values()) {
    const [end] = view.ends;
    if (!end || view.kind === 'snapshot' || view.fresh) continue;
    const text = { ...textOfView(view), reading: end.reading, evidence: end.at.ref };
    if (!longest || text.reading.reached > longest.reading.reached) longest = text;
  }
  return longest;
}

/** @param end the owner died then, or stood still for so long that another took its place */
function costsOfEnd(end: Moment, generation: Generation, play: PlayFacts, finals: Text[]): Violation[] {
  const { checkpointEvery: interval, afterCrash } = play.plan?.target.capabilities ?? {};
  if (interval === null || interval === undefined || afterCrash === 'nothing') return [];
  return [...generation.views.values()].flatMap((view) => {
    const had = view.growth.atLeastAt(end.t - end.err - view.err);
    return finals
      .filter(({ reading }) => chunkOf(reading.reached) + interval < had)
      .map((text) => ({
        clause: 'crash-bound',
        expected: `at most ${interval} chunks less than the ${had} that ${view.name} had before the crash`,
        actual: `up to ${showPosition(text.reading.reached)}`,
        place: placeOfLoss(
          generation,
          play,
          { from: text.reading.reached, to: positionOf(had) },
          text.holder,
        ),
        where: text.where,
        evidence: [text.evidence, end.ref],
      }));
  });
}
