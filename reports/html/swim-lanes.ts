/**
 * A play as swim lanes: an inline SVG for each lane, all on one time axis, faults as bands over all of them.
 * One SVG a lane keeps the names of the lanes beside what they name when the drawing is scrolled sideways.
 */
import type { Lane, MarkKind, Point, Span } from '../lanes.ts';
import { count } from '../text.ts';
import type { Band, PlayTimeline } from '../timeline.ts';
import { pack, round, WIDTH } from './labels.ts';
import { html, type Markup } from './markup.ts';

const ROW = 18;
const PAD = 4;
const LONGEST_LABEL = 48;
/** So many marks get a title each; more are one path, or the file would grow with the answer. */
const MOST_TITLES = 120;

type Scale = (t: number) => number;

export function swimLanes(play: PlayTimeline): Markup {
  const end = Math.max(play.end, 1);
  const x: Scale = (t) => Math.round(Math.min(Math.max(t / end, 0), 1) * WIDTH * 10) / 10;
  const bands = play.bands.map((band) => bandShapes(band, x, end));
  return html`<div class="lanes">
${axis(play, end, x)}
${faultLane(play.bands, bands, x)}
${play.lanes.map((lane) => laneOf(lane, x, bands))}
</div>`;
}

/** The height is known only by the lane, so a band is drawn by each of them. */
type BandShapes = (height: number) => Markup;

function bandShapes(band: Band, x: Scale, end: number): BandShapes {
  return (height) => {
    if (band.struck === null) return html``;
    const from = x(band.struck);
    const width = Math.max(2, x(band.healed ?? end) - from);
    return html`<rect class="band" x="${from}" y="0" width="${width}" height="${height}"/><path class="strike" d="M${from} 0V${height}"/>`;
  };
}

function frame(name: string, description: string, height: number, content: Markup, kind: string): Markup {
  return html`<div class="lane ${kind}"><span class="lane-name">${name}</span>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${description}">${content}</svg></div>`;
}

// ── Axis ────────────────────────────────────────────────────────────────────────────────────────────────

function axis(play: PlayTimeline, end: number, x: Scale): Markup {
  const step = tickStep(end);
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, i) => i * step);
  const labels = pack(play.phases.map(({ t, name }) => ({ at: x(t), to: x(t), label: name })));
  const height = 20 + labels.rows * ROW;
  return frame(
    'ms',
    `Time axis, 0 to ${Math.round(end)} ms`,
    height,
    html`${ticks.map((t) => {
      const at = x(t);
      const anchor = at > WIDTH - 30 ? 'end' : at < 10 ? 'start' : 'middle';
      return html`<path class="tick" d="M${at} ${height - 5}V${height}"/><text x="${at}" y="${height - 8}" text-anchor="${anchor}">${t}</text>`;
    })}${labels.placed.map(
      ({ item, row, textAt, anchor }) =>
        html`<path class="phase" d="M${item.at} ${row * ROW + 2}v12"/><text class="soft" x="${textAt}" y="${row * ROW + 12}" text-anchor="${anchor}">${item.label}</text>`,
    )}`,
    'axis',
  );
}

/** 1, 2 or 5 times a power of ten, so that at most ten ticks fit. */
export function tickStep(end: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(end, 1) / 10));
  return [1, 2, 5, 10].map((m) => Math.max(1, m * power)).find((step) => end / step <= 10)!;
}

function faultLane(bands: readonly Band[], shapes: readonly BandShapes[], x: Scale): Markup | null {
  if (bands.length === 0) return null;
  const packed = pack(
    bands.map((band) => {
      const state = band.struck === null ? ' (never struck)' : band.healed === null ? ' (never healed)' : '';
      return {
        at: x(band.armed ?? band.struck ?? 0),
        to: x(band.struck ?? band.armed ?? 0),
        label: `${band.kind} at ${band.at}${state}`,
      };
    }),
  );
  const height = packed.rows * ROW + PAD;
  return frame(
    'faults',
    `Faults: ${bands.map((band) => `${band.kind} at ${band.at}`).join(', ')}`,
    height,
    html`${shapes.map((shape) => shape(height))}${packed.placed.map(
      ({ item, row, textAt, anchor }) =>
        html`<path class="armed" d="M${item.at} ${row * ROW + 9}H${item.to}"><title>armed until it struck</title></path><text class="fault" x="${textAt}" y="${row * ROW + 13}" text-anchor="${anchor}">${item.label}</text>`,
    )}`,
    'faults',
  );
}

// ── Lanes ───────────────────────────────────────────────────────────────────────────────────────────────

const SPAN_NAMES: readonly (readonly [Span['kind'], string])[] = [
  ['operation', 'operation'],
  ['stream', 'stream'],
  ['call', 'call'],
  ['hold', 'hold'],
];
const MARK_NAMES: readonly (readonly [MarkKind, string])[] = [
  ['chunk', 'chunk mark'],
  ['row', 'stored state'],
  ['state', 'status answer'],
  ['reset', 'reset'],
  ['end', 'end'],
];

function describe(lane: Lane): string {
  const parts = [
    ...SPAN_NAMES.map(([kind, noun]) => [lane.spans.filter((s) => s.kind === kind).length, noun] as const),
    ...MARK_NAMES.map(([kind, noun]) => [lane.marks[kind].length, noun] as const),
  ].flatMap(([n, noun]) => (n > 0 ? [count(n, noun)] : []));
  return `${lane.name}: ${[...parts, ...lane.marks.death.map((mark) => mark.title)].join(', ') || 'running'}`;
}

function laneOf(lane: Lane, x: Scale, bands: readonly BandShapes[]): Markup {
  const holds = lane.spans.filter((span) => span.kind === 'hold');
  const packed = pack(
    lane.spans
      .filter((span) => span.kind !== 'hold')
      .map((span) => ({ at: x(span.from), to: x(span.to), label: labelOf(span), span })),
  );
  const top = packed.rows * ROW + PAD;
  const hasMarks = holds.length > 0 || Object.values(lane.marks).some((marks) => marks.length > 0);
  const height = top + (hasMarks ? ROW + PAD : 0);
  return frame(
    lane.name,
    describe(lane),
    height,
    html`${bands.map((band) => band(height))}${packed.placed.map(
      ({ item, row, textAt, anchor }) =>
        html`<g class="span ${item.span.kind}${item.span.bad ? ' bad' : ''}"><title>${item.span.label}: ${Math.round(item.span.from)}–${Math.round(item.span.to)} ms${
          item.span.outcome ? `, ${item.span.outcome}` : ''
        }</title><rect x="${item.at}" y="${PAD + row * ROW}" width="${Math.max(2, round(item.to - item.at))}" height="14" rx="2"/><text x="${textAt}" y="${PAD + row * ROW + 11}" text-anchor="${anchor}">${item.label}</text></g>`,
    )}${holds.map(
      (span) =>
        html`<rect class="hold" x="${x(span.from)}" y="${top}" width="${Math.max(2, round(x(span.to) - x(span.from)))}" height="14"><title>${span.label}, ${Math.round(span.to - span.from)} ms</title></rect>`,
    )}${marksOf(lane, x, top)}`,
    lane.kind,
  );
}

function labelOf(span: Span): string {
  const text = span.kind === 'stream' && span.outcome ? `${span.label} → ${span.outcome}` : span.label;
  const chosen =
    span.kind === 'process' ? (span.outcome === '' ? 'running' : `running, then ${span.outcome}`) : text;
  return chosen.length > LONGEST_LABEL ? `${chosen.slice(0, LONGEST_LABEL - 1)}…` : chosen;
}

function marksOf(lane: Lane, x: Scale, top: number): Markup {
  const bottom = top + 14;
  const highest = Math.max(1, ...lane.marks.row.map((row) => row.value));
  return html`${marks('chunk', lane.marks.chunk, (p) => `M${x(p.t)} ${top + 2}V${bottom - 2}`)}${marks(
    'state',
    lane.marks.state,
    (p) => `M${x(p.t)} ${bottom}l-2.5-2.5l2.5-2.5l2.5 2.5z`,
  )}${marks('row', lane.marks.row, (p) =>
    p.bad
      ? `M${x(p.t) - 3} ${bottom - 7}l6 6m0-6l-6 6`
      : `M${x(p.t)} ${bottom}V${round(bottom - 2 - (12 * p.value) / highest)}`,
  )}${marks('reset', lane.marks.reset, (p) => `M${x(p.t) + 4} ${top + 3}h-8l3-3m-3 3l3 3`)}${marks(
    'end',
    lane.marks.end,
    (p) => (p.bad ? `M${x(p.t) - 5} ${top + 2}l10 10m0-10l-10 10` : `M${x(p.t) - 5} ${top + 2}h10v10h-10z`),
  )}${marks('death', lane.marks.death, (p) => `M${x(p.t) - 5} ${top + 2}l10 10m0-10l-10 10`)}`;
}

function marks(kind: MarkKind, points: readonly Point[], shape: (point: Point) => string): Markup {
  if (points.length > MOST_TITLES) {
    const [good, bad] = [points.filter((p) => !p.bad), points.filter((p) => p.bad)];
    return html`${good.length > 0 ? html`<path class="mark ${kind}" d="${good.map(shape).join('')}"/>` : null}${
      bad.length > 0 ? html`<path class="mark ${kind} bad" d="${bad.map(shape).join('')}"/>` : null
    }`;
  }
  return html`${points.map(
    (p) =>
      html`<path class="mark ${kind}${p.bad ? ' bad' : ''}" d="${shape(p)}"><title>${Math.round(p.t)} ms: ${p.title}</title></path>`,
  )}`;
}
