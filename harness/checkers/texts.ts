/** The texts of a generation wherever they stand, and what can be said of what they lack. */
import { TERMINAL_STATES } from '../history/events.ts';
import type { Anomaly, Reading } from './anomaly.ts';
import type { EvidenceRef, Place } from './checker.ts';
import type { Generation, Row } from './generation.ts';
import type { PlayFacts } from './play-facts.ts';
import { chunkOf, positionOf, type Range, showRange } from './position.ts';
import type { View } from './view.ts';

/** A text in some place, as it stands in the end or (a row) when it was looked at. */
export interface Text {
  holder: View | 'database';
  where: string;
  place: Place;
  reading: Reading;
  evidence: EvidenceRef;
}

export function textOfView(view: View): Text {
  return {
    holder: view,
    where: view.name,
    place: isLoadedAfresh(view) ? 'page' : 'delivery',
    reading: view.reading(),
    evidence: view.lastRef,
  };
}

/** A page that was loaded past all faults, when everything was over. */
const isLoadedAfresh = ({ fresh, byPage }: View) => fresh && byPage;

export function textOfRow(row: Row): Text {
  return {
    holder: 'database',
    where: 'database',
    place: 'database',
    reading: row.reading,
    evidence: row.at.ref,
  };
}

/** Every text with all that was ever wrong with it. */
export function everyText(generation: Generation): (Text & { anomalies: readonly Anomaly[] })[] {
  return [
    ...[...generation.views.values()].map((view) => ({ ...textOfView(view), anomalies: view.anomalies() })),
    ...generation.rows.map((row) => ({ ...textOfRow(row), anomalies: row.reading.anomalies })),
  ];
}

/** What a faithful reader of the LLM has and this text has not. */
export function lacking(reading: Reading): Range[] {
  const end = positionOf(reading.truth.chunks);
  return reading.reached < end ? [...reading.missing, { from: reading.reached, to: end }] : reading.missing;
}

/** For people. */
export function showReading(reading: Reading): string {
  const lost = lacking(reading);
  if (lost.length === 0) return reading.prefix ? 'all of it' : `all of it, and more: ${reading.length} units`;
  const skipped = reading.missing.reduce((sum, { from, to }) => sum + chunkOf(to) - chunkOf(from), 0);
  const held = `${chunkOf(reading.reached) - skipped} of ${reading.truth.chunks} chunks`;
  return `${held}; missing: ${lost.slice(0, 3).map(showRange).join(', ')}${lost.length > 3 ? ', …' : ''}`;
}

/** Where text was lost: the first of the places it should have passed that has it not. */
export function placeOfLoss(
  generation: Generation,
  play: PlayFacts,
  lost: Range,
  holder: View | 'database',
): Place {
  if (generation.emitted <= chunkOf(lost.from)) return 'generation';
  if (holder === 'database') return 'database';
  const rows = generation.finalRows;
  const lacks = ({ reading }: Pick<Row, 'reading'>) =>
    lacking(reading).some(({ from, to }) => from <= lost.from && lost.from < to);
  if (rows.length > 0 && rows.every(lacks)) return 'database';
  if (isLoadedAfresh(holder)) {
    const readers = generation.freshViews.filter((view) => !isLoadedAfresh(view));
    return readers.length > 0 && readers.every((view) => !lacks({ reading: view.reading() }))
      ? 'page'
      : 'delivery';
  }
  return reachedThePage(play, holder) ? 'page' : 'delivery';
}

/** More text was passed on to the view's streams than it took in. What was in flight when one broke is not counted. */
function reachedThePage(play: PlayFacts, view: View): boolean {
  return view.streams.some(({ id, units, closed }) => {
    const passed = closed?.why === 'broken' ? undefined : play.passages.unitsTo(id);
    return passed !== undefined && passed > units;
  });
}

/** The state that holds in the end, by the word of the database, else of fresh readers, else of whoever spoke last. */
export function finalState(generation: Generation): string | undefined {
  const words = generation.words();
  const ended = generation.finalRows.filter(({ state }) => TERMINAL_STATES.has(state));
  if (ended.length > 0) return ended.at(-1)!.state;
  const terminal = words.filter(({ state }) => TERMINAL_STATES.has(state));
  return (terminal.filter(({ fresh }) => fresh).at(-1) ?? terminal.at(-1))?.state;
}
