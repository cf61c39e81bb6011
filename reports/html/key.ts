/** What most people want to know first: what was lost and where, and how long it took until it went on. */
import type { LoadLatency, LoadResults } from '../../harness/runs/load-results.ts';
import type { Results } from '../../harness/runs/results.ts';
import { cells, type Folded, foldMetric } from '../folded.ts';
import { count, withUnit } from '../text.ts';
import type { Timeline } from '../timeline.ts';
import { PLACE } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { lossIn, percent } from './zero.ts';

/** A question, and its answer: the thing itself, and what to know of it. */
interface Fact {
  question: string;
  answers: { of: string | null; said: string; more: string | null }[];
}

export function key(results: Results, folded: Folded, timeline: Timeline): Markup | null {
  if (results.failure) return null;
  const facts = results.load ? ofLoad(results.load) : ofPlays(folded, timeline);
  const known = facts.filter(({ answers }) => answers.length > 0);
  if (known.length === 0) return null;
  return html`<dl class="key">${known.map(
    ({ question, answers }) => html`
<div><dt>${question}</dt>${answers.map(
      ({ of, said, more }) =>
        html`<dd>${of === null ? null : html`<code>${of}</code> `}<strong>${said}</strong>${more === null ? null : html` <span class="soft">${more}</span>`}</dd>`,
    )}</div>`,
  )}</dl>`;
}

function ofPlays(folded: Folded, timeline: Timeline): Fact[] {
  const ways = folded.persistence.map((persistence) => ({
    of: folded.persistence.length > 1 ? persistence : null,
    plays: cells(folded).flatMap(({ cell }) => (cell.persistence === persistence ? cell.plays : [])),
  }));
  const lost = ways.flatMap(({ of, plays }) => {
    const { judged, losing, places, generations, bound } = lossIn(plays, timeline);
    if (judged === 0) return [];
    if (losing > 0) {
      const where = places.map((place) => PLACE[place].where).join(', ');
      return { of, said: `text in ${losing} of ${count(judged, 'play')}`, more: where };
    }
    if (bound === null) return { of, said: 'nothing', more: 'of how many, the history does not say' };
    return {
      of,
      said: `nothing of ${count(generations, 'answer')}`,
      more: `so at most ${percent(bound)} lose text (95 %)`,
    };
  });
  const took = (metric: string) =>
    ways.flatMap(({ of, plays }) => {
      const found = foldMetric(plays, metric);
      if (!found) return [];
      const { unit, p50, max, n } = found;
      return {
        of,
        said: withUnit(p50, unit),
        more: n === 1 ? 'once' : `median of ${n}; at most ${withUnit(max, unit)}`,
      };
    });
  return [
    { question: 'Lost', answers: lost },
    { question: 'Network back, until there was new text', answers: took('recovery-first-new') },
    { question: 'Reloaded, until there was text', answers: took('reload-first-partial') },
  ];
}

function ofLoad({ counts, latencies, strikes }: LoadResults): Fact[] {
  const { visits, lost, chunks } = counts;
  const struck = strikes.reduce((sum, { live }) => sum + live, 0);
  const one = (said: string, more: string) => [{ of: null, said, more }];
  const took = (of: string | null, { p50, p99, max, n }: LoadLatency) => ({
    of,
    said: withUnit(p50, 'ms'),
    more: `median of ${n}; p99 ${withUnit(p99, 'ms')}, at most ${withUnit(max, 'ms')}`,
  });
  const { recovery, 'first-chunk': first, lateness: _, ...requests } = latencies;
  // Where nothing streams, what is waited for are whole answers to short requests.
  const isStreaming = recovery !== undefined || first !== undefined;
  return [
    {
      question: 'Lost',
      answers: one(
        lost === 0 ? `nothing in ${count(visits, 'visit')}` : `text in ${lost} of ${count(visits, 'visit')}`,
        `${count(chunks, 'chunk')} compared, each with what the LLM said`,
      ),
    },
    {
      question: 'Faults',
      answers:
        strikes.length === 0
          ? []
          : one(count(strikes.length, 'strike'), `hit ${count(struck, 'live stream')}`),
    },
    { question: 'Recovery, to the first new chunk', answers: recovery ? [took(null, recovery)] : [] },
    { question: 'To the first chunk', answers: first ? [took(null, first)] : [] },
    {
      question: 'Until a request was answered',
      answers: isStreaming ? [] : Object.entries(requests).map(([name, latency]) => took(name, latency)),
    },
  ];
}
