/**
 * The report: one HTML file that needs nothing else, is readable without scripts, on paper, wide and narrow,
 * light and dark. What it quotes comes from the system under test and is never trusted.
 */
import type { Results } from '../../harness/runs/results.ts';
import { fold } from '../folded.ts';
import { seconds } from '../text.ts';
import type { Timeline } from '../timeline.ts';
import { exit as exitOf, headline, MARK, planted, played } from '../words.ts';
import { environment } from './environment.ts';
import { figures } from './figures.ts';
import { findings } from './findings.ts';
import { key } from './key.ts';
import { load } from './load.ts';
import { html, type Markup } from './markup.ts';
import { matrix } from './matrix.ts';
import { overview } from './overview.ts';
import { page } from './page.ts';
import { remarks } from './remarks.ts';
import { timelines } from './timelines.ts';
import { zero } from './zero.ts';

/** A section without content is left out, with its entry in the contents. */
interface Section {
  id: string;
  title: string;
  content: Markup | null;
}

export function renderReport(results: Results, timeline: Timeline): string {
  const folded = fold(results);
  const sections: Section[] = [
    {
      id: 'overview',
      title: folded.persistence.length > 1 ? 'Before and after' : 'Scenarios',
      content: overview(folded),
    },
    { id: 'remarks', title: 'Also to be known', content: remarks(results) },
    { id: 'findings', title: 'What went wrong', content: findings(folded, timeline) },
    { id: 'load', title: 'Under load', content: load(results) },
    { id: 'matrix', title: 'Every invariant', content: matrix(folded) },
    // A load run says so for each kind of fault.
    { id: 'zero', title: 'What zero loss means here', content: results.load ? null : zero(folded, timeline) },
    { id: 'figures', title: 'Measured', content: figures(folded) },
    { id: 'timelines', title: 'Timelines', content: timelines(results, timeline) },
    { id: 'environment', title: 'How to repeat it', content: environment(results) },
  ];
  const shown = sections.filter((section) => section.content !== null);
  const verdict = results.failure ? 'fail' : results.verdict;
  const word = results.failure ? 'failure' : results.verdict;
  const exit = exitOf(results);
  return page(
    `holdfast: ${word} (${results.run})`,
    html`
<header>
<div class="verdict ${verdict}">
  <p class="name">holdfast</p>
  <h1><span class="mark" aria-hidden="true">${MARK[verdict]}</span> <span class="word">${word}</span> ${headline(results)}</h1>
  <p class="facts">${results.environment.target} · seed ${results.seed} · ${played(results)}
    in ${seconds(results.durationMs)} · <time datetime="${results.startedAt}">${results.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>
    · exit code ${exit.code}: ${exit.means}</p>
  ${planted(results) === null ? null : html`<p class="planted"><strong>${planted(results)}</strong></p>`}
</div>
${key(results, folded, timeline)}
</header>
<nav aria-label="Contents"><ul>${shown.map((s) => html`<li><a href="#${s.id}">${s.title}</a></li>`)}</ul></nav>
<main>${shown.map(
      (s) => html`
<section id="${s.id}" aria-labelledby="${s.id}-title">
<h2 id="${s.id}-title">${s.title}</h2>
${s.content}
</section>`,
    )}
</main>`,
  );
}
