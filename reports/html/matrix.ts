/** Every checker against every scenario, driver and way of persisting, repetitions folded. */

import { checkers } from '../../harness/checkers/index.ts';
import { cells, type Folded, type FoldedCheck } from '../folded.ts';
import { MARK, WORD } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { scroller, verdictMark } from './parts.ts';

export function matrix(folded: Folded): Markup | null {
  const columns = cells(folded);
  if (columns.length === 0) return null;
  const rows = folded.rows.filter((row) => row.cells.size > 0);
  return html`<p class="legend">${(['pass', 'fail', 'unknown', 'not-applicable'] as const).map((v) => html`${verdictMark(v)} `)}
<span class="soft">Not applicable: there was nothing to judge, and the scenario had promised nothing. It is not a pass.</span></p>
${scroller(
  'Verdict of each invariant in each scenario',
  html`<table class="matrix">
<thead><tr><th scope="col" rowspan="2">Invariant</th>${rows.map(
    (row) =>
      html`<th scope="colgroup" colspan="${row.cells.size}">${row.id} <span class="soft">${row.driver}</span></th>`,
  )}</tr>
<tr>${columns.map(({ cell }) => html`<th scope="col"><code>${cell.persistence}</code></th>`)}</tr></thead>
<tbody>${folded.checkers.map(
    (id) => html`
<tr><th scope="row"><code>${id}</code> <span class="holds">${holds(id)}</span></th>${columns.map(({ cell }) => entry(cell.checks.get(id), cell.key))}</tr>`,
  )}</tbody></table>`,
)}`;
}

function entry(check: FoldedCheck | undefined, key: string): Markup {
  if (!check) return html`<td><span class="soft">not run</span></td>`;
  const { verdict, times, plays, samples } = check;
  const troubled = verdict === 'fail' || verdict === 'unknown';
  const words = troubled && plays > 1 ? html` ${times}/${plays}` : null;
  const title = `${WORD[verdict]}; ${samples} samples${plays > 1 ? ` in ${plays} plays` : ''}`;
  const mark = html`<span class="cell ${verdict}" title="${title}"><span aria-hidden="true">${MARK[verdict]}${words}</span><span class="hidden">${title}</span></span>`;
  return html`<td>${troubled ? html`<a class="plain" href="#f-${key}">${mark}</a>` : mark}</td>`;
}

/** The invariant in a sentence; empty for a checker that this version does not know. */
export function holds(id: string): string {
  return checkers.find((checker) => checker.id === id)?.holds ?? '';
}
