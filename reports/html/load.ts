/** A load run: what was asked of it, how it went over time, and what "nothing lost" is worth. */
import type { LoadResults, Second } from '../../harness/runs/load-results.ts';
import { count, figure, withUnit } from '../text.ts';
import { type Band, chart } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { scroller } from './parts.ts';
import { percent } from './zero.ts';

export function load({ load }: { load: LoadResults | null }): Markup | null {
  if (!load) return null;
  return html`${summary(load)}${objectives(load)}${search(load)}${plots(load)}${latencies(load)}${memory(load)}${zeros(load)}`;
}

function summary({ plan, counts, saturated, durability, merged }: LoadResults): Markup {
  const settings = durability && Object.entries(durability).map(([name, value]) => `${name} ${value}`);
  return html`<p>${count(counts.visits, 'visit')} with ${count(counts.answers, 'answer')} and ${count(counts.chunks, 'chunk')}
by ${plan.arrivals === 'closed' ? `${plan.users} users who are always there` : `users who come ${plan.arrivals}`}; answers of ${plan.answers}.
Each chunk was compared with what the LLM said, each answer read afresh and judged: ${counts.lost} lost something,
${counts.failed} broke an invariant, ${counts.unknown} could not be judged, ${counts.refused} were refused.</p>
${saturated === null ? null : html`<p class="finding unknown"><strong>Generator saturated:</strong> ${saturated}. Figures of this run say more of the generator than of the target.</p>`}
${merged.length > 0 ? html`<p class="soft">Merged from ${count(merged.length, 'run')}: ${merged.map(({ run }) => run).join(', ')}.</p>` : null}
${settings ? html`<p class="soft">PostgreSQL: ${settings.join(', ')}</p>` : null}`;
}

function objectives({ objectives }: LoadResults): Markup | null {
  if (objectives.length === 0) return null;
  const tag = { met: 'pass', missed: 'fail', unknown: 'unknown' } as const;
  return html`<h3>Objectives</h3>
${scroller(
  'Objectives',
  html`<table><thead><tr><th scope="col">Objective</th><th scope="col">Found</th><th scope="col">Verdict</th></tr></thead>
<tbody>${objectives.map(
    ({ objective, value, verdict }) => html`
<tr><th scope="row"><code>${objective}</code></th><td class="n">${value === null ? 'no sample' : figure(value)}</td><td><span class="${`tag ${tag[verdict]}`}">${verdict}</span></td></tr>`,
  )}</tbody></table>`,
)}`;
}

function search({ search }: LoadResults): Markup | null {
  if (!search) return null;
  return html`<h3>Where it breaks</h3>
<p>${search.limit === null ? 'No level held.' : `The highest level that held, and held again: ${search.limit} ${search.of}.`}${search.levels.every(({ held }) => held) ? ' No level broke: the limit lies above it.' : ''}</p>
${scroller(
  'Levels that were played',
  html`<table><thead><tr><th scope="col">${search.of}</th><th scope="col">Held</th><th scope="col">Why not</th></tr></thead>
<tbody>${search.levels.map(
    ({ level, held, why }) => html`
<tr><td class="n">${level}</td><td><span class="${`tag ${held ? 'pass' : 'fail'}`}">${held ? 'held' : 'broke'}</span></td><td>${why ?? ''}</td></tr>`,
  )}</tbody></table>`,
)}`;
}

function plots({ seconds, strikes, processes }: LoadResults): Markup | null {
  if (seconds.length === 0) return null;
  // What processes use is looked at by a clock of its own, a moment longer.
  const length = Math.max(...[seconds, processes].map((each) => each.at(-1)?.at ?? 0));
  const bands: Band[] = strikes.map(({ kind, at, until, live }) => ({
    name: `${kind}, ${live} live streams`,
    from: at / 1_000,
    to: until / 1_000,
  }));
  const line = (name: string, value: (second: Second) => number | null | undefined) => ({
    name,
    points: seconds.map((second) => [second.at, value(second) ?? null] as const),
  });
  const latency = (name: string, title: string) =>
    chart({
      title,
      unit: 'ms',
      lines: [
        line('p50', ({ latencies }) => latencies[name]?.p50),
        line('p99', ({ latencies }) => latencies[name]?.p99),
      ],
      bands,
      length,
    });
  const common = { bands, length };
  return html`<h3>Over time</h3>
${strikes.length > 0 ? bandsOf(strikes) : null}
${chart({ title: 'At once', unit: 'count', lines: [line('open streams', (s) => s.streams), line('visits', (s) => s.visits)], ...common })}
${chart({ title: 'Chunks', unit: 'a second', lines: [line('chunks', (s) => s.chunks)], ...common })}
${chart({ title: 'Visits that lost something', unit: 'so far', lines: [line('lost', (s) => s.lost)], ...common })}
${latency('first-chunk', 'To the first chunk')}
${latency('recovery', 'Recovery, to the first new chunk')}
${latency('chunk-gap', 'Between two chunks')}
${
  processes.length > 0
    ? chart({
        title: 'Memory of each process',
        unit: 'MiB',
        lines: [...new Set(processes.flatMap(({ uses }) => Object.keys(uses)))].sort().map((name) => ({
          name,
          points: processes.map(({ at, uses }) => [at, uses[name]?.memory ?? null] as const),
        })),
        ...common,
      })
    : null
}
${chart({ title: 'The generator itself: its event loop was late by', unit: 'ms', lines: [line('p99 of the slowest worker', (s) => s.loop)], ...common })}`;
}

function latencies({ latencies }: LoadResults): Markup | null {
  const entries = Object.entries(latencies);
  if (entries.length === 0) return null;
  return html`<h3>Latencies</h3>
${scroller(
  'Latencies',
  html`<table><thead><tr><th scope="col">Latency</th><th scope="col">n</th><th scope="col">min</th><th scope="col">p50</th><th scope="col">p90</th><th scope="col">p99</th><th scope="col">p99.9</th><th scope="col">max</th></tr></thead>
<tbody>${entries.map(
    ([name, { n, min, p50, p90, p99, p999, max }]) => html`
<tr><th scope="row">${name}</th><td class="n">${n}</td>${[min, p50, p90, p99, p999, max].map((ms) => html`<td class="n">${withUnit(ms, 'ms')}</td>`)}</tr>`,
  )}</tbody></table>`,
)}`;
}

const OF_MEMORY = {
  flat: ['pass', 'flat'],
  grows: ['fail', 'grows'],
  unknown: ['unknown', 'not known'],
} as const;

function memory({ memory }: LoadResults): Markup | null {
  if (memory.length === 0) return null;
  return html`<h3>Memory while users came and went</h3>
<p class="soft">A line through each process's own memory, the first quarter left out, and at least two minutes, in which heaps
fill; of one that was started again and again, the same ages of its lives. Flat: over the run it comes to less than a tenth
of what there is, its error included.</p>
${scroller(
  'Whether memory grew',
  html`<table><thead><tr><th scope="col">Process</th><th scope="col">MiB</th><th scope="col">MiB a minute</th><th scope="col">Verdict</th></tr></thead>
<tbody>${memory.map(({ process, mean, slope, error, verdict }) => {
    const [tag, word] = OF_MEMORY[verdict];
    return html`
<tr><th scope="row">${process}</th><td class="n">${Math.round(mean)}</td><td class="n">${error === null ? 'too short a time' : `${figure(slope)} ± ${figure(error)}`}</td><td><span class="${`tag ${tag}`}">${word}</span></td></tr>`;
  })}</tbody></table>`,
)}`;
}

function zeros({ zeros }: LoadResults): Markup | null {
  if (zeros.length === 0) return null;
  return html`<h3>What zero loss means here</h3>
<p>For each kind of fault: the visits that it hit while an answer was coming, and the share of such visits that could be
losing text without this run having noticed, at 95 % confidence, if visits were independent of each other. Chunks of one
answer are not, and are not counted as tries.</p>
${scroller(
  'Bound of the loss',
  html`<table><thead><tr><th scope="col">Fault</th><th scope="col">Visits</th><th scope="col">Lost</th><th scope="col">Loss, upper bound (95 %)</th></tr></thead>
<tbody>${zeros.map(
    ({ kind, visits, lost, bound }) => html`
<tr><th scope="row">${kind === 'none' ? 'none: left alone' : kind}</th><td class="n">${visits}</td><td class="n">${lost}</td><td>${bound === null ? 'not bounded: text was lost' : percent(bound)}</td></tr>`,
  )}</tbody></table>`,
)}`;
}

/** What struck, by kind: when, and how many live streams it hit. */
function bandsOf(strikes: LoadResults['strikes']): Markup {
  const kinds = [...Map.groupBy(strikes, ({ kind }) => kind)];
  return html`<p class="soft">Each band is a fault that struck, with the live streams it hit:</p>
<ul class="soft">${kinds.map(
    ([kind, those]) =>
      html`<li><b>${kind}</b> at ${those.map(({ at, live }, n) => `${n > 0 ? ', ' : ''}${Number((at / 1_000).toFixed(1))} s (${live})`)}</li>`,
  )}</ul>`;
}
