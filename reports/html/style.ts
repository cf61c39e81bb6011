import { PALETTE } from './palette.ts';

function variables(colours: Readonly<Record<string, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}: ${value};`)
    .join(' ');
}

export const STYLE = `
:root { color-scheme: light dark; ${variables(PALETTE.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(PALETTE.dark)} } }
* { box-sizing: border-box; }
html { font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; background: var(--ground); color: var(--ink); }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem; }
h1 { font-size: clamp(1.35rem, 1rem + 1.8vw, 2rem); line-height: 1.25; margin: 0 0 .5rem; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.3rem; margin: 0 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
h4 { font-size: 1rem; margin: 0 0 .5rem; font-weight: 500; }
p { margin: 0 0 .75rem; max-width: 62rem; }
a { color: var(--accent); text-underline-offset: .2em; }
a.plain { color: inherit; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre, .text { font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: .875em; }
.soft { color: var(--soft); font-weight: 400; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.verdict { border-left: .5rem solid; padding: 1rem 1.25rem; border-radius: .375rem; }
.verdict.pass { border-color: var(--pass); background: var(--pass-ground); }
.verdict.fail { border-color: var(--fail); background: var(--fail-ground); }
.verdict.unknown { border-color: var(--unknown); background: var(--unknown-ground); }
.verdict .name { margin: 0 0 .25rem; font-weight: 600; letter-spacing: .04em; }
.verdict .facts { margin: 0; max-width: none; text-wrap: pretty; color: var(--soft); overflow-wrap: anywhere; }
.verdict .word { text-transform: uppercase; letter-spacing: .03em; margin-right: .35em; }
.verdict.pass .mark, .verdict.pass .word { color: var(--pass); }
.verdict.fail .mark, .verdict.fail .word { color: var(--fail); }
.verdict.unknown .mark, .verdict.unknown .word { color: var(--unknown); }

.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); gap: .75rem 1.5rem; margin: 1rem 0 0; }
.key div { border-top: 2px solid var(--line); padding-top: .4rem; }
.key dd { margin: 0; overflow-wrap: anywhere; }
.key strong { font-size: 1.125rem; font-weight: 650; }
.key .soft { display: block; font-size: .875rem; }
.key code ~ .soft { display: inline; }

nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; }
nav a { display: inline-block; padding: .25rem 0; }
section { margin-top: 2.5rem; }
article { background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; margin: 0 0 1rem; }
section, article, figure { scroll-margin-top: 1rem; }
article:target, figure:target { outline: 3px solid var(--accent); outline-offset: 2px; }

/* A containing block, or hidden text inside would widen the page. */
.scroll { position: relative; overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; background: var(--raised); border: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .75rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { font-size: .875rem; color: var(--soft); font-weight: 600; border-top: 0; vertical-align: bottom; white-space: nowrap; }
th[scope=row], th[scope=rowgroup] { font-weight: 500; }
td.n { text-align: right; white-space: nowrap; }
.figures thead th:nth-child(n+4):nth-child(-n+8) { text-align: right; }
.overview td { max-width: 24rem; }
.overview { min-width: min(100%, 40rem); }
.overview th[scope=row] .soft { display: block; font-size: .875rem; }
.ids { list-style: none; margin: .25rem 0 0; padding: 0; font-size: .875rem; color: var(--soft); }
.matrix { border-collapse: separate; border-spacing: 0; }
.matrix thead tr:nth-child(2) th { border-top: 1px solid var(--line); font-weight: 400; }
.matrix th[scope=colgroup], .matrix td:nth-child(n) { border-left: 1px solid var(--line); }
.matrix th[scope=row], .matrix thead tr:first-child th:first-child { position: sticky; left: 0; background: var(--raised); z-index: 1; }
@media (min-width: 60rem) { .matrix th[scope=row] { min-width: 16rem; max-width: 20rem; } }
.matrix th[scope=row] code { white-space: nowrap; }
.holds { display: block; font-size: .8125rem; color: var(--soft); font-weight: 400; }
@media (max-width: 60rem) { .holds { display: none; } }
.matrix td { vertical-align: middle; text-align: center; padding: .25rem; }

.matrix.narrow td:nth-child(2) { white-space: nowrap; text-align: left; padding: .25rem .75rem; }
.matrix.narrow thead code { writing-mode: vertical-rl; transform: rotate(180deg); }

.tag, .cell { display: inline-block; border-radius: .25rem; padding: 0 .45em; border: 1px solid transparent; white-space: nowrap; font-weight: 600; font-size: .875rem; line-height: 1.6; }
.cell { min-width: 2.2rem; text-align: center; font-size: 1rem; }
.tag.pass, .cell.pass { color: var(--pass); background: var(--pass-ground); }
.tag.fail, .cell.fail { color: var(--fail); background: var(--fail-ground); border-color: currentColor; }
.tag.unknown, .cell.unknown { color: var(--unknown); background: var(--unknown-ground); border: 1px dashed currentColor; }
.tag.not-applicable, .cell.not-applicable { color: var(--none); background: none; font-weight: 400; }
.tag.not-applicable { border: 1px dotted currentColor; }

.finding { border-left: .25rem solid var(--line); padding-left: .9rem; margin: .75rem 0; }
.finding.fail { border-color: var(--fail); }
.finding.unknown { border-color: var(--unknown); }
.place { font-weight: 600; }
.places { padding-left: 1.25rem; }
dl { margin: 0 0 .5rem; }
.comparison { display: grid; grid-template-columns: 5rem 1fr; gap: .1rem .75rem; align-items: baseline; }
.comparison dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
dt { font-size: .875rem; color: var(--soft); }
dd { margin: 0 0 .4rem; }
.text { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
.evidence ol { margin: .5rem 0; padding-left: 1.25rem; }
.evidence li { margin-bottom: .4rem; }
.evidence .text { color: var(--soft); }
.remarks .said { white-space: pre-line; overflow-wrap: anywhere; }
details > summary { cursor: pointer; padding: .25rem 0; }
details.play { background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem 1rem; margin-bottom: 1rem; }
summary h3 { display: inline; }
figure { margin: .75rem 0; }
figcaption { font-size: .875rem; color: var(--soft); margin-top: .5rem; overflow-wrap: anywhere; }
.words table { font-size: .875rem; margin-top: .5rem; }

.lanes { min-width: 56rem; }
.lane { border-top: 1px solid var(--line); padding: .15rem 0 0; }
.lane.axis { border-top: 0; }
.lane-name { position: sticky; left: 0; display: inline-block; font-size: .8125rem; font-weight: 600; color: var(--soft); }
.lane svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; fill: var(--ink); }
svg text.soft { fill: var(--soft); }
svg text.fault { fill: var(--fail); font-weight: 600; }
.patterns { position: absolute; }
.hatch-line { stroke: var(--soft); stroke-width: 2; }
.tick, .phase { stroke: var(--soft); fill: none; }
.phase { stroke-dasharray: 2 2; }
#load h3 { margin-top: 1.5rem; }
.chart { max-width: 60rem; margin: 1.5rem 0; }
.chart figcaption { margin: 0; }
.chart .scroll > svg { display: block; width: 100%; min-width: 34rem; height: auto; }
.line { fill: none; stroke: var(--stream); stroke-width: 1.5; stroke-linejoin: round; }
.line-2 { stroke: var(--unknown); stroke-dasharray: 5 3; }
.line-3 { stroke-dasharray: 1 3; }
.line-4 { stroke: var(--unknown); stroke-dasharray: 9 2 2 2; }
.line-5 { stroke: var(--unknown); stroke-dasharray: 14 4; }
.line-6 { stroke-dasharray: 9 2 2 2 2 2; }
.dot { fill: var(--stream); }
.dot-2 { fill: none; stroke: var(--unknown); stroke-width: 1.5; }
.band { fill: var(--band); fill-opacity: .16; }
.strike { stroke: var(--band); stroke-width: 2; fill: none; }
.armed { stroke: var(--band); stroke-width: 1.5; stroke-dasharray: 1 4; fill: none; }
.span rect { fill: var(--none-ground); stroke: var(--soft); }
.span.stream rect, .span.call rect { fill: var(--raised); stroke: var(--stream); stroke-width: 1.5; }
.span.process rect { fill: var(--pass-ground); stroke: var(--pass); }
.span.bad rect { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 4 2; }
.hold { fill: url(#hatch); stroke: var(--soft); }
.mark { fill: none; stroke: var(--stream); stroke-width: 1.5; }
.mark.row { stroke: var(--accent); stroke-width: 3; }
.mark.row.bad { stroke: var(--fail); stroke-width: 1.5; }
.mark.state { fill: var(--soft); stroke: none; }
.mark.reset { stroke: var(--unknown); stroke-width: 2; }
.mark.end { fill: var(--pass); stroke: none; }
.mark.end.bad, .mark.death { fill: none; stroke: var(--fail); stroke-width: 2; }
.mark.death:not(.bad) { stroke: var(--soft); }
ul.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem 1.25rem; padding: 0; margin: 0 0 1rem; font-size: .875rem; }
ul.legend li { display: flex; align-items: center; gap: .4rem; }

.command { background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; padding: .75rem 1rem; overflow-x: auto; }
.facts div { display: grid; grid-template-columns: minmax(6rem, 9rem) 1fr; gap: 1rem; border-top: 1px solid var(--line); padding: .25rem 0; }
.facts dt, .facts dd { margin: 0; overflow-wrap: anywhere; }
.remarks { padding-left: 1.25rem; overflow-wrap: anywhere; }

@media (max-width: 40rem) {
  .chart svg text { font-size: 16px; }
  th, td { padding: .35rem .5rem; }
  article { padding: .75rem .85rem; }
}
@media print {
  @page { size: A4 landscape; margin: 12mm; }
  :root { ${variables(PALETTE.light)} }
  * { print-color-adjust: exact; }
  body { max-width: none; padding: 0; }
  nav { display: none; }
  details::details-content { content-visibility: visible; display: block; }
  .scroll { overflow: visible; }
  .lanes { min-width: 0; }
  .words, .holds { display: none; }
  table { font-size: .75rem; }
  .matrix th[scope=row] { min-width: 0; }
  td { max-width: none; }
  .finding, tr, .lane { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
}
`;
