/** The timelines of the plays that are worth looking at, each with the same in words. */
import type { Results, ScenarioResult } from '../../harness/runs/results.ts';
import { driverOf } from '../folded.ts';
import { count, figure } from '../text.ts';
import type { PlayTimeline, Timeline } from '../timeline.ts';
import { legend } from './legend.ts';
import { html, Markup } from './markup.ts';
import { scroller, verdictMark } from './parts.ts';
import { swimLanes } from './swim-lanes.ts';

const MOST_WORDS = 80;

export function anchorOf(play: string): string {
  return `t-${play.replace(/[^\w-]/g, '_')}`;
}

export function timelines(results: Results, timeline: Timeline): Markup | null {
  const drawn = results.scenarios.flatMap((play) => {
    const drawing = timeline.plays.get(play.play);
    return drawing ? [{ play, drawing }] : [];
  });
  if (drawn.length === 0) return null;
  const undrawn = results.scenarios.length - drawn.length;
  const troubled = results.scenarios.filter(
    (p) => p.verdict !== 'pass' && !timeline.plays.has(p.play),
  ).length;
  return html`${legend()}
${
  undrawn === 0
    ? null
    : html`<p class="soft">Drawn are plays that did not pass, and the first of each kind. ${count(undrawn, 'play')} not drawn${
        troubled > 0 ? `, ${troubled} of which did not pass` : ''
      }; the history holds them.</p>`
}
${drawn.map(({ play, drawing }) => one(play, drawing))}`;
}

function one(play: ScenarioResult, drawing: PlayTimeline): Markup {
  const repetition = play.repetition > 1 ? `, repetition ${play.repetition}` : '';
  const name = `${[play.title, driverOf(play), play.persistence].filter(Boolean).join(', ')}${repetition}`;
  return html`
<details class="play" ${new Markup(play.verdict === 'pass' ? '' : 'open=""')}>
<summary><h3>${verdictMark(play.verdict)} ${play.title} <span class="soft">${[driverOf(play), play.persistence].filter(Boolean).join(', ')}${repetition}</span></h3></summary>
<figure id="${anchorOf(play.play)}">
${scroller(`Timeline: ${name}`, swimLanes(drawing))}
<figcaption>${play.strikes.length > 0 ? html`Planned: ${play.strikes.join('; ')}. ` : null}Zero is the beginning of the play; its events carry
<code>"play":"${play.play}"</code> in the history.${
    drawing.thinned.length > 0
      ? html` <strong>Left out to keep this file small:</strong> ${drawing.thinned.join('; ')}.`
      : null
  }</figcaption>
</figure>
${inWords(drawing)}
</details>`;
}

function inWords(drawing: PlayTimeline): Markup {
  const lines = [
    ...drawing.phases.map(({ t, name }) => ({ t, who: 'play', what: name })),
    ...drawing.bands.flatMap((band) =>
      (['armed', 'struck', 'healed'] as const).flatMap((state) => {
        const t = band[state];
        const live =
          state === 'struck' && band.live !== null ? `, hit ${count(band.live, 'live stream')}` : '';
        return t === null ? [] : [{ t, who: `fault at ${band.at}`, what: `${band.kind} ${state}${live}` }];
      }),
    ),
    ...drawing.lanes.flatMap((lane) => [
      ...lane.spans.map((span) => ({
        t: span.from,
        who: lane.name,
        what: `${span.label}, for ${figure(Math.round(span.to - span.from))} ms${span.outcome ? `: ${span.outcome}` : ''}`,
      })),
      ...[...lane.marks.end, ...lane.marks.reset, ...lane.marks.death].map((mark) => ({
        t: mark.t,
        who: lane.name,
        what: mark.title,
      })),
    ]),
  ].sort((a, b) => a.t - b.t);
  const more = lines.length - MOST_WORDS;
  return html`<details class="words"><summary>The same in words</summary>
${scroller(
  'Events of this play',
  html`<table><thead><tr><th scope="col">ms</th><th scope="col">Who</th><th scope="col">What</th></tr></thead>
<tbody>${lines.slice(0, MOST_WORDS).map(
    ({ t, who, what }) => html`
<tr><td class="n">${Math.round(t)}</td><td>${who}</td><td>${what}</td></tr>`,
  )}</tbody></table>`,
)}${more > 0 ? html`<p class="soft">${more} later events are not listed.</p>` : null}</details>`;
}
