/** The report of a self-test: which defect was caught by which checker, each with the report of its run. */

import type { PlantedResult, SelfTestResults } from '../../harness/self-test/results.ts';
import type { PlantableDefect } from '../../harness/targets/target.ts';
import { html, type Markup } from '../html/markup.ts';
import { page } from '../html/page.ts';
import { scroller, verdictMark } from '../html/parts.ts';
import { count, seconds } from '../text.ts';
import { MARK } from '../words.ts';
import { columnsOf, everyRow, exit, headline, MARKS, markOf, nameOf } from './words.ts';

const OUTCOME = { exact: 'pass', differs: 'fail', 'not-played': 'unknown' } as const;
const CELL = {
  named: 'pass',
  companion: 'pass',
  unjudged: 'unknown',
  missed: 'fail',
  alarm: 'fail',
  none: 'not-applicable',
} as const;

export function renderSelfTestReport(results: SelfTestResults, defects: readonly PlantableDefect[]): string {
  const verdict = results.failure ? 'fail' : results.verdict;
  const { code, means } = exit(results);
  const { environment: where } = results;
  return page(
    `holdfast self-test: ${results.verdict} (${results.run})`,
    html`
<header class="verdict ${verdict}">
  <p class="name">holdfast self-test</p>
  <h1><span class="mark" aria-hidden="true">${MARK[verdict]}</span> <span class="word">${results.verdict}</span> ${headline(results)}</h1>
  <p class="facts">seed ${results.seed} · ${count(everyRow(results).length, 'run')} in ${seconds(results.durationMs)} ·
    <time datetime="${results.startedAt}">${results.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time> · exit code ${code}: ${means}</p>
</header>
<main>
${results.failure ? html`<p><strong>${results.failure.code}</strong>: ${results.failure.message}</p>` : null}
<section id="matrix" aria-labelledby="matrix-title">
<h2 id="matrix-title">Which checker caught what</h2>
<p class="soft">Each defect was planted by itself in the target and played with the scenario that brings it out. Exactly the
checkers that are written down must fail; the clean plays must pass, and the canary must fail.</p>
<ul class="legend">${Object.entries(MARKS).map(
      ([mark, { sign, means: meaning }]) =>
        html`<li><span class="tag ${CELL[mark as keyof typeof CELL]}"><span aria-hidden="true">${sign}</span></span> <span class="soft">${meaning}</span></li>`,
    )}</ul>
${scroller('Planted defects and the checkers that failed', table(results, defects))}
</section>
${differences(results)}
<section id="environment" aria-labelledby="environment-title">
<h2 id="environment-title">How to repeat it</h2>
<p><code>${results.command}</code></p>
<p class="soft">holdfast ${where.holdfast}, commit ${where.commit ?? 'unknown'}, Node ${where.node}, ${where.os}, ${where.cores} cores (${where.cpu}), PostgreSQL ${where.postgres ?? 'none'}</p>
</section>
</main>`,
  );
}

function table(results: SelfTestResults, defects: readonly PlantableDefect[]): Markup {
  const checkers = columnsOf(results);
  return html`<table class="matrix narrow">
<thead><tr><th scope="col">Defect</th><th scope="col">Played by</th><th scope="col">Verdict</th>${checkers.map((id) => html`<th scope="col"><code>${id}</code></th>`)}</tr></thead>
<tbody>${everyRow(results).map(
    (row) => html`
<tr><th scope="row">${named(row)} <span class="holds">${defects.find(({ name }) => name === row.defect)?.about ?? ''}</span></th>
<td><code>${row.scenario}</code> <span class="soft">${row.driver}</span></td>
<td>${verdictMark(OUTCOME[row.outcome], row.outcome === 'not-played' ? 'not played' : row.outcome)}</td>${checkers.map((id) => cell(row, id))}</tr>`,
  )}</tbody></table>`;
}

/** With the report of its run, where there is one. */
function named(row: PlantedResult): Markup {
  const name = html`<code>${nameOf(row)}</code>`;
  return row.folder === null ? name : html`<a href="${encodeURI(row.folder)}/report.html">${name}</a>`;
}

function cell(row: PlantedResult, checker: string): Markup {
  const mark = markOf(row, checker);
  const { sign, means } = MARKS[mark];
  return html`<td><span class="cell ${CELL[mark]}" title="${means}"><span aria-hidden="true">${sign}</span><span class="hidden">${means}</span></span></td>`;
}

function differences(results: SelfTestResults): Markup | null {
  const rows = everyRow(results).filter(({ outcome }) => outcome !== 'exact');
  if (rows.length === 0) return null;
  return html`<section id="differences" aria-labelledby="differences-title">
<h2 id="differences-title">What is not as it must be</h2>
${rows.map(
  (row) => html`<article><h3>${verdictMark(OUTCOME[row.outcome], nameOf(row))} ${row.scenario}</h3>
<p>${row.why}</p><p><code>${row.command}</code></p></article>`,
)}
</section>`;
}
