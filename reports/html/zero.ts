/** What "nothing was lost" is worth: a zero out of n is a statement about n, and is never printed without it. */
import type { Place } from '../../harness/checkers/checker.ts';
import { upperBoundOfZero } from '../../harness/runs/bound.ts';
import type { ScenarioResult } from '../../harness/runs/results.ts';
import { type Cell, cells, type Folded } from '../folded.ts';
import { count } from '../text.ts';
import type { Timeline } from '../timeline.ts';
import { html, type Markup } from './markup.ts';
import { scroller } from './parts.ts';

export function zero(folded: Folded, timeline: Timeline): Markup | null {
  const judged = cells(folded).filter(({ cell }) => lossIn(cell.plays, timeline).judged > 0);
  if (judged.length === 0) return null;
  return html`<p>None lost out of a few says little about the next thousand. For each row: the share of generations
that could be losing text without this run having noticed, at 95 % confidence, if generations under the same
faults were independent of each other. Repeat the run (<code>--repeat</code>) to make it smaller.</p>
${scroller(
  'Bound of the loss',
  html`<table><thead><tr><th scope="col">Scenario</th><th scope="col">Persistence</th><th scope="col">Lost</th><th scope="col">Loss, upper bound (95 %)</th></tr></thead>
<tbody>${judged.map(
    ({ row, cell }) => html`
<tr><th scope="row">${row.id} <span class="soft">${row.driver}</span></th><td><code>${cell.persistence}</code></td>${statement(cell, timeline)}</tr>`,
  )}</tbody></table>`,
)}`;
}

function statement(cell: Cell, timeline: Timeline): Markup {
  const { judged, losing, generations, bound } = lossIn(cell.plays, timeline);
  if (losing > 0)
    return html`<td>text in ${losing} of ${count(judged, 'play')}</td><td>not bounded: text was lost</td>`;
  if (bound === null) return html`<td>0</td><td>unknown: the history does not say of how many</td>`;
  return html`<td>0 of ${count(generations, 'generation')}</td><td>${percent(bound)}</td>`;
}

export interface Loss {
  /** Plays in which loss was judged, and those of them that lost text. */
  judged: number;
  losing: number;
  /** Where it was lost, first. */
  places: Place[];
  generations: number;
  /** Share of generations that may lose text all the same, at 95 % confidence; null: text was lost, or of none. */
  bound: number | null;
}

export function lossIn(plays: readonly ScenarioResult[], timeline: Timeline): Loss {
  const checks = plays.flatMap(({ play, checks }) => {
    const check = checks.find(({ id }) => id === 'no-loss');
    return check?.verdict === 'pass' || check?.verdict === 'fail' ? [{ play, check }] : [];
  });
  const lost = checks.filter(({ check }) => check.verdict === 'fail');
  const generations = checks.reduce((sum, { play }) => sum + (timeline.generations.get(play) ?? 0), 0);
  return {
    judged: checks.length,
    losing: lost.length,
    places: [...new Set(lost.flatMap(({ check }) => check.place ?? []))],
    generations,
    bound: lost.length > 0 || generations === 0 ? null : upperBoundOfZero(generations),
  };
}

/** Rounded up: a bound must not become smaller by being printed. */
export function percent(share: number): string {
  const digits = share >= 0.01 ? 1 : 3;
  const scale = 10 ** digits;
  return `${(Math.ceil(share * 100 * scale - 1e-9) / scale).toFixed(digits)} %`;
}
