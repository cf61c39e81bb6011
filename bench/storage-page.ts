/** The figures of storage.ts as a drawing: what each way costs and risks, against the interval. */
import type { Cost } from './storage.ts';
import type { Loss } from './storage-loss.ts';

const WIDTH = 300;
const HEIGHT = 220;
const MARGIN = { left: 46, top: 34, bottom: 40, gap: 30 };
const COLOURS: Record<string, string> = { checkpoint: '#c2410c', append: '#0f766e', 'at-end': '#6b7280' };

/** Where nothing is drawn, for a logarithm has no place for it. */
const NOTHING = 0.55;

interface Line {
  name: string;
  points: { every: number; value: number }[];
}

interface Panel {
  title: string;
  /** Of the vertical axis, which is logarithmic. */
  ticks: number[];
  lines: Line[];
}

export function draw(costs: readonly Cost[], losses: readonly Loss[]): string {
  const long = costs.filter(({ answer }) => answer === 'long');
  const panels: Panel[] = [
    {
      title: 'WAL over payload, answers of 36 KB',
      ticks: [0.2, 0.5, 1, 2, 5, 10, 50, 100, 500],
      lines: linesOf(long, ({ walOverPayload }) => walOverPayload),
    },
    {
      title: 'time of one save, median, ms',
      ticks: [0.5, 1, 2, 5, 10],
      lines: linesOf(long, ({ saveMedian }) => saveMedian),
    },
    {
      title: 'most chunks seen and lost by a crash',
      ticks: [NOTHING, 1, 2, 5, 10, 20, 50, 200],
      lines: linesOf(losses, ({ most }) => most),
    },
  ];
  const width = panels.length * (WIDTH + MARGIN.gap);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT + 30}" font-family="system-ui, sans-serif" font-size="11">`,
    '<title>What each way to save costs and risks, against the chunks between two saves</title>',
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...panels.map(
      (panel, i) => `<g transform="translate(${i * (WIDTH + MARGIN.gap)} 0)">${drawPanel(panel)}</g>`,
    ),
    legend(),
    '</svg>\n',
  ].join('\n');
}

function linesOf<T extends { way: string; every: number }>(
  rows: readonly T[],
  figure: (row: T) => number | null,
): Line[] {
  return [...Map.groupBy(rows, ({ way }) => way)].map(([name, group]) => ({
    name,
    points: group.flatMap((row) => {
      const value = figure(row);
      return value === null ? [] : [{ every: row.every, value }];
    }),
  }));
}

function drawPanel({ title, ticks, lines }: Panel): string {
  const right = WIDTH - 8;
  const bottom = HEIGHT - MARGIN.bottom;
  const intervals = [1, 2, 5, 10, 20, 50];
  const x = (every: number) =>
    MARGIN.left + 8 + (Math.log(every) / Math.log(50)) * (right - MARGIN.left - 16);
  const [low, high] = [Math.log(ticks[0]!), Math.log(ticks.at(-1)!)];
  const y = (value: number) =>
    bottom - ((Math.log(value || ticks[0]!) - low) / (high - low)) * (bottom - MARGIN.top);
  const text = (at: [number, number], words: string | number, anchor = 'middle') =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}" fill="#374151">${words}</text>`;
  return [
    `<text x="${MARGIN.left}" y="18" font-weight="600" fill="#111827">${title}</text>`,
    ...ticks.map(
      (tick) =>
        `<path d="M${MARGIN.left} ${y(tick).toFixed(1)}H${right}" stroke="#e5e7eb"/>${text([MARGIN.left - 6, y(tick) + 4], shown(tick), 'end')}`,
    ),
    ...intervals.map((every) => text([x(every), bottom + 16], every)),
    text([(MARGIN.left + right) / 2, bottom + 32], 'chunks between two saves'),
    ...lines.map(({ name, points }) => drawLine(name, points, x, y, [MARGIN.left + 8, right - 8])),
  ].join('');
}

const shown = (tick: number) => (tick === NOTHING ? 0 : tick);

/** A way without an interval is a level. */
function drawLine(
  name: string,
  points: Line['points'],
  x: (every: number) => number,
  y: (value: number) => number,
  [left, right]: [number, number],
): string {
  const places: [number, number][] = points.flatMap(({ every, value }): [number, number][] =>
    every > 0
      ? [[x(every), y(value)]]
      : [
          [left, y(value)],
          [right, y(value)],
        ],
  );
  const path = places.map(([px, py]) => `${px.toFixed(1)} ${py.toFixed(1)}`).join('L');
  const dots = points.some(({ every }) => every > 0)
    ? places.map(
        ([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${COLOURS[name]}"/>`,
      )
    : [];
  const dash = dots.length > 0 ? '' : ' stroke-dasharray="5 4"';
  return `<path d="M${path}" fill="none" stroke="${COLOURS[name]}" stroke-width="2"${dash}/>${dots.join('')}`;
}

function legend(): string {
  return Object.entries(COLOURS)
    .map(
      ([name, colour], i) =>
        `<g transform="translate(${MARGIN.left + i * 110} ${HEIGHT + 12})"><path d="M0 -4H18" stroke="${colour}" stroke-width="2"/><text x="24" fill="#374151">${name}</text></g>`,
    )
    .join('');
}
