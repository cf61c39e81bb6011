/**
 * Cursors are exact: for every cursor k, what was held at k together with what a resume from k gives is expected.
 * The first text of a resumed stream goes on exactly where the view stood; a cursor that the target gave is
 * accepted; and a resumed stream that says the answer is completed has brought all that was missing.
 *
 * Judged on views whose text was right when they resumed: what was wrong before is not the cursor's doing. And only
 * where the target had its say: a connection that broke before it brought anything, or was put off for want of capacity
 * (408, 429, 5xx), says nothing about a cursor.
 */

import { showAnomaly } from './anomaly.ts';
import { judgedFromFacts, type SendChecker, type Violation } from './checker.ts';
import type { Generation } from './generation.ts';
import { deathsIn, lapsesIn } from './mishaps.ts';
import { certainlyBefore, type Moment } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';
import { showPosition } from './position.ts';
import { showReading } from './texts.ts';
import type { StreamFacts, View } from './view.ts';

export const cursorExact: SendChecker<null> = {
  id: 'cursor-exact',
  key: 'send',
  holds: 'what was held at a cursor, with what a resume from it gives, is the answer',
  clauses: {
    continues: 'the first text of a resumed stream goes on where the view stood',
    accepted: 'a cursor that the target gave is accepted',
    'ends-complete': 'a resumed stream that ends as completed has brought all that was missing',
  },
  ...judgedFromFacts,
  verdict(_, { generation, play }) {
    const resumed = [...generation.views.values()].flatMap((view) =>
      view.streams
        .filter((stream) => stream.cursor !== null && stream.heldCleanly && isAnswered(stream))
        .map((stream) => ({ view, stream })),
    );
    const violations = resumed.flatMap(({ view, stream }) => [
      ...elsewhere(view, stream),
      ...refused(generation, play, view, stream),
      ...endsShort(view, stream),
    ]);
    return { samples: resumed.length, violations };
  },
};

function isAnswered({ first, closed }: StreamFacts): boolean {
  return first !== null || closed?.why === 'terminal' || isRefusal(closed);
}

/** Client errors that say: later. */
const LATER: ReadonlySet<number> = new Set([408, 429]);

function isRefusal(closed: StreamFacts['closed']): boolean {
  const { why, http = 0 } = closed ?? {};
  return why === 'refused' && http >= 400 && http <= 499 && !LATER.has(http);
}

function elsewhere(view: View, stream: StreamFacts): Violation[] {
  const { first } = stream;
  if (first?.how !== 'append') return [];
  const anomaly = view
    .anomalies()
    .find(({ evidence, kind }) => evidence === first.at.ref && kind !== 'after-end');
  if (!anomaly) return [];
  return [
    {
      clause: 'continues',
      expected: `text from ${showPosition(stream.held)} on, where the view stood at cursor ${stream.cursor}`,
      actual: showAnomaly(anomaly),
      place: 'delivery',
      where: `stream ${stream.id} of ${view.name}`,
      evidence: [stream.opened.ref, anomaly.evidence],
    },
  ];
}

function refused(generation: Generation, play: PlayFacts, view: View, stream: StreamFacts): Violation[] {
  const { closed, cursor, opened } = stream;
  if (!closed || !isRefusal(closed)) return [];
  // That its owner died, or lapsed, may have cost what the cursor stands for, and then saying so is right.
  const costly = [...deathsIn(generation, play).map(({ at }) => at), ...lapsesIn(generation, play)];
  if (costly.some((at) => !certainlyBefore(opened, at))) return [];
  if (lostByDatabase(generation, play, opened)) return [];
  if (play.plan?.target.capabilities.replayAfterEnd === false && mayHaveEnded(generation, closed.at))
    return [];
  return [
    {
      clause: 'accepted',
      expected: `the cursor ${cursor} of the target's own making is accepted`,
      actual: `refused: ${closed.http}${closed.code ? ` ${closed.code}` : ''}`,
      place: 'target',
      where: `stream ${stream.id} of ${view.name}`,
      evidence: [opened.ref, closed.at.ref],
    },
  ];
}

/** A database that failed before may have kept less than was seen; then the answer cannot have been completed. */
function lostByDatabase(generation: Generation, play: PlayFacts, opened: Moment): boolean {
  const failed = play.faults
    .all()
    .some(({ at, struck }) => at === 'database' && struck !== null && !certainlyBefore(opened, struck));
  return failed && generation.terminalWords().every(({ state }) => state === 'error');
}

function mayHaveEnded(generation: Generation, at: Moment): boolean {
  return generation.callsInOrder().every(({ ended }) => ended !== null && !certainlyBefore(at, ended.at));
}

function endsShort(view: View, stream: StreamFacts): Violation[] {
  const { closed } = stream;
  const end = view.ends[0];
  if (closed?.why !== 'terminal' || end?.state !== 'completed' || end.reading.complete) return [];
  if (stream !== view.streams.at(-1)) return [];
  return [
    {
      clause: 'ends-complete',
      expected: `all that was missing after ${showPosition(stream.held)}, before the end`,
      actual: showReading(end.reading),
      place: 'delivery',
      where: `stream ${stream.id} of ${view.name}`,
      evidence: [stream.opened.ref, closed.at.ref],
    },
  ];
}
