/** What "nothing was lost" is worth: a zero out of n is a statement about n, and is never printed without it. */
import { upperBoundOfZero } from '../../harness/runs/bound.ts';
import { type Cell, cells, type Folded } from '../folded.ts';
import { count } from '../text.ts';
import type { Timeline } from '../timeline.ts';
import { html, type Markup } from './markup.ts';
import { scroller } from './parts.ts';

export function zero(folded: Folded, timeline: Timeline): Markup | null {
  const judged = cells(folded).filter(({ cell }) => playsJudged(cell).length > 0);
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
  const judged = playsJudged(cell);
  const lost = judged.filter((play) => play.verdict === 'fail').length;
  if (lost > 0)
    return html`<td>text in ${lost} of ${count(judged.length, 'play')}</td><td>not bounded: text was lost</td>`;
  const n = judged.reduce((sum, { play }) => sum + (timeline.generations.get(play) ?? 0), 0);
  if (n === 0) return html`<td>0</td><td>unknown: the history does not say of how many</td>`;
  return html`<td>0 of ${count(n, 'generation')}</td><td>${percent(upperBoundOfZero(n))}</td>`;
}

/** Plays in which loss was judged, with that verdict. */
function playsJudged(cell: Cell): { play: string; verdict: 'pass' | 'fail' }[] {
  return cell.plays.flatMap((play) => {
    const verdict = play.checks.find((check) => check.id === 'no-loss')?.verdict;
    return verdict === 'pass' || verdict === 'fail' ? [{ play: play.play, verdict }] : [];
  });
}

/** Rounded up: a bound must not become smaller by being printed. */
export function percent(share: number): string {
  const digits = share >= 0.01 ? 1 : 3;
  const scale = 10 ** digits;
  return `${(Math.ceil(share * 100 * scale - 1e-9) / scale).toFixed(digits)} %`;
}
