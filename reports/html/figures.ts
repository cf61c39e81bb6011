/** Measured figures, one line for each figure, scenario and way of persisting. */
import { cells, type Folded, foldMetric, metricKeys } from '../folded.ts';
import { figure } from '../text.ts';
import { metricName } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { scroller } from './parts.ts';

export function figures(folded: Folded): Markup | null {
  const columns = cells(folded);
  const keys = metricKeys(columns.flatMap(({ cell }) => cell.plays));
  if (keys.length === 0) return null;
  const repeated = columns.some(({ cell }) => cell.plays.length > 1);
  return html`${
    repeated
      ? html`<p>Over repetitions, p50 is the median of the plays' medians and p99 the largest p99 of any play: order
statistics of several samples do not add up.</p>`
      : null
  }
${scroller(
  'Measured figures',
  html`<table class="figures"><thead><tr><th scope="col">Figure</th><th scope="col">Scenario</th><th scope="col">Persistence</th>
<th scope="col">n</th><th scope="col">min</th><th scope="col">p50</th><th scope="col">p99</th><th scope="col">max</th><th scope="col">Unit</th></tr></thead>
${keys.map((key) => {
  const lines = columns.flatMap(({ row, cell }) => {
    const metric = foldMetric(cell.plays, key);
    return metric ? [{ row, cell, metric }] : [];
  });
  return html`<tbody>${lines.map(
    ({ row, cell, metric }, i) => html`
<tr>${i === 0 ? html`<th scope="rowgroup" rowspan="${lines.length}">${metricName(key)}</th>` : null}<td>${row.id} <span class="soft">${row.driver}</span></td><td><code>${cell.persistence}</code></td>
<td class="n">${metric.n}</td>${[metric.min, metric.p50, metric.p99, metric.max].map((value) => html`<td class="n">${figure(value)}</td>`)}<td>${metric.unit}</td></tr>`,
  )}</tbody>`;
})}</table>`,
)}`;
}
