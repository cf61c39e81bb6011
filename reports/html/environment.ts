/** Everything that is needed to play the run again, and what it was made on. */
import type { Results } from '../../harness/runs/results.ts';
import { seconds } from '../text.ts';
import { exit as exitOf } from '../words.ts';
import { html, type Markup } from './markup.ts';

export function environment(results: Results): Markup {
  const e = results.environment;
  const exit = exitOf(results);
  const facts: [string, string][] = [
    ['Seed', String(results.seed)],
    ['Exit code', `${exit.code}: ${exit.means}`],
    ['Run', results.run],
    ['Started', results.startedAt],
    ['Took', seconds(results.durationMs)],
    ['Target', e.target],
    ['PostgreSQL', e.postgres ?? 'none'],
    ['Browser', e.browser ?? 'none'],
    ['holdfast', e.commit ? `${e.holdfast}, commit ${e.commit.slice(0, 12)}` : e.holdfast],
    ['Node', e.node],
    ['Machine', `${e.os}; ${e.cpu}, ${e.cores} cores; ${e.memoryGiB} GiB`],
  ];
  return html`<pre class="command" tabindex="0"><code>${results.command}</code></pre>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="soft">Beside this file: <code>history.jsonl</code> holds everything that happened, <code>results.json</code> the
verdicts, <code>junit.xml</code> the same for a build server. <code>holdfast check</code> judges the history again without playing it.</p>`;
}
