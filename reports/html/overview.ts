/** Scenario by way of persisting: the table that most people need. */
import { type Cell, type Folded, tally } from '../folded.ts';
import { PLACE } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { scroller, verdictMark } from './parts.ts';

export function overview(folded: Folded): Markup | null {
  if (folded.rows.length === 0) return null;
  return scroller(
    'Verdict of each scenario',
    html`<table class="overview">
<thead><tr><th scope="col">Scenario</th>${folded.persistence.map(
      (persistence) => html`<th scope="col"><code>${persistence}</code></th>`,
    )}</tr></thead>
<tbody>${folded.rows.map(
      (row) => html`
<tr><th scope="row">${row.title} <span class="soft"><code>${row.id}</code> ${row.driver}</span></th>${folded.persistence.map(
        (persistence) => {
          const cell = row.cells.get(persistence);
          return html`<td>${cell ? cellContent(cell) : html`<span class="soft">not played</span>`}</td>`;
        },
      )}</tr>`,
    )}</tbody></table>`,
  );
}

function cellContent(cell: Cell): Markup {
  const words = cell.plays.length === 1 ? tally(cell) : `${tally(cell)} passed`;
  if (cell.verdict === 'pass') return verdictMark('pass', words);
  const troubled = [...cell.checks.values()].filter((c) => c.verdict === cell.verdict);
  const byPlace = Map.groupBy(troubled, ({ first }) => first.check.place);
  return html`<a class="plain" href="#f-${cell.key}">${verdictMark(cell.verdict, words)}</a>
<ul class="ids">${[...byPlace].map(
    ([place, checks]) =>
      html`<li>${place === null ? null : html`<strong>${PLACE[place].where}</strong>: `}${checks.map(({ id }) => id).join(', ')}</li>`,
  )}</ul>`;
}
