/** A figure over the time of a run, with faults as bands behind it. One unit a chart; lines are told apart by dashes too. */
import { figure } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { scroller } from './parts.ts';

export interface ChartLine {
  name: string;
  /** By seconds; where there was no sample the line breaks. */
  points: readonly (readonly [at: number, value: number | null])[];
}

export interface Band {
  name: string;
  /** s */
  from: number;
  to: number;
}

export interface Chart {
  title: string;
  unit: string;
  lines: readonly ChartLine[];
  bands: readonly Band[];
  /** s */
  length: number;
}

const WIDTH = 900;
const HEIGHT = 150;
const LEFT = 56;
/** Half of the last tick's label. */
const RIGHT = 18;
const TOP = 14;
const BOTTOM = 20;
/** A fault that was over at once is drawn so wide all the same. */
const NARROWEST = 2;

export function chart({ title, unit, lines, bands, length }: Chart): Markup | null {
  const values = lines.flatMap(({ points }) =>
    points.flatMap(([, value]) => (value === null ? [] : [value])),
  );
  if (values.length === 0) return null;
  // Where nothing happened the axis still needs a height.
  const top = roundUp(Math.max(...values) || 1);
  const x = (at: number) => LEFT + ((WIDTH - LEFT - RIGHT) * at) / Math.max(1, length);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const said = lines.map(({ name, points }) => `${name} at most ${figure(most(points))} ${unit}`);
  const drawing = html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${`${title}: ${said.join(', ')}`}">
${bands.map(({ name, from, to }) => {
  const width = Math.max(NARROWEST, x(to) - x(from));
  return html`<rect class="band" x="${x(from).toFixed(1)}" y="${TOP}" width="${width.toFixed(1)}" height="${HEIGHT - TOP - BOTTOM}"><title>${`${name} at ${from.toFixed(1)} s`}</title></rect>`;
})}
${[0, 0.5, 1].map(
  (share) =>
    html`<path class="tick" d="M${LEFT} ${y(top * share).toFixed(1)}H${WIDTH - RIGHT}" stroke-opacity=".25"/><text class="soft" x="${LEFT - 6}" y="${(y(top * share) + 4).toFixed(1)}" text-anchor="end">${figure(top * share)}</text>`,
)}
${ticks(length).map((at) => html`<text class="soft" x="${x(at).toFixed(1)}" y="${HEIGHT - 4}" text-anchor="middle">${at} s</text>`)}
${lines.map(
  ({ points }, n) =>
    html`<path class="${`line line-${n + 1}`}" d="${pathOf(points, x, y)}"/>${alone(points).map(
      ([at, value]) =>
        html`<circle class="${`dot dot-${n + 1}`}" cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3"/>`,
    )}`,
)}
</svg>`;
  return html`<figure class="chart"><figcaption>${title}, ${unit}: ${lines.map(
    ({ name }, n) =>
      html`${n > 0 ? ', ' : ''}<svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true"><path class="${`line line-${n + 1}`}" d="M0 4H24"/></svg> ${name}`,
  )}</figcaption>${scroller(title, drawing)}</figure>`;
}

function pathOf(
  points: ChartLine['points'],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isPenDown = false;
  for (const [at, value] of points) {
    if (value === null) {
      isPenDown = false;
      continue;
    }
    const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    path += isPenDown ? `L${place}` : `M${place}`;
    isPenDown = true;
  }
  return path;
}

/** Samples with none beside them: a line would not show them. */
function alone(points: ChartLine['points']): [at: number, value: number][] {
  return points.flatMap(([at, value], n) => {
    const isAlone = (points[n - 1]?.[1] ?? null) === null && (points[n + 1]?.[1] ?? null) === null;
    return value !== null && isAlone ? [[at, value]] : [];
  });
}

function most(points: ChartLine['points']): number {
  return Math.max(0, ...points.map(([, value]) => value ?? 0));
}

/** The next of 1, 2, 5, 10, … that is not smaller. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9))!;
}

function ticks(length: number): number[] {
  const step = Math.max(1, roundUp(length / 10));
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, n) => Math.round(n * step));
}
