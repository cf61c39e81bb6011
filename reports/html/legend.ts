/** What the marks of a timeline mean, and the pattern that all of them share. */
import { html, Markup } from './markup.ts';

const LEGEND: readonly (readonly [drawing: string, words: string])[] = [
  ['<g class="span operation"><rect x="1" y="2" width="22" height="12" rx="2"/></g>', 'operation'],
  ['<g class="span stream"><rect x="1" y="2" width="22" height="12" rx="2"/></g>', 'stream, LLM call'],
  ['<g class="span stream bad"><rect x="1" y="2" width="22" height="12" rx="2"/></g>', 'ended badly'],
  ['<path class="mark chunk" d="M4 3V13M9 3V13M14 3V13M19 3V13"/>', 'chunks emitted, or received'],
  ['<rect class="hold" x="1" y="2" width="22" height="12"/>', 'LLM held'],
  ['<path class="mark row" d="M5 14V10M12 14V7M19 14V3"/>', 'length stored in the database'],
  ['<path class="mark row bad" d="M9 5l6 6m0-6l-6 6"/>', 'no row there'],
  ['<path class="mark state" d="M12 12l-2.5-2.5l2.5-2.5l2.5 2.5z"/>', 'status told'],
  ['<path class="mark end" d="M7 3h10v10h-10z"/>', 'end seen'],
  ['<path class="mark death" d="M7 3l10 10m0-10l-10 10"/>', 'process ended'],
  ['<path class="armed" d="M1 8H23"/>', 'fault armed'],
  [
    '<rect class="band" x="1" y="0" width="22" height="16"/><path class="strike" d="M1 0V16"/>',
    'fault, from strike to healing',
  ],
];

export function legend(): Markup {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" class="hatch-line"/></pattern></defs></svg>
<ul class="legend">${LEGEND.map(
    ([drawing, words]) =>
      html`<li><svg viewBox="0 0 24 16" width="24" height="16" aria-hidden="true">${new Markup(drawing)}</svg> ${words}</li>`,
  )}</ul>`;
}
