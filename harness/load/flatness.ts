/**
 * Whether the memory of a process stays where it is: the slope of a line through it, with the error of that slope.
 *
 *     MiB │      ▁▂▁▃▂▁▂▃▂▁      a heap goes up and down by itself, and neighbours in time are alike: so the line
 *         │ ▁▂▄▅▆                goes through means of BLOCKS parts of the run, after a time in which it fills
 *         └──────────────▶ s
 */
import type { Flatness, ProcessSecond } from '../runs/load-results.ts';

const BLOCKS = 10;
/** Student's t for 95 %, two-sided, with BLOCKS − 2 degrees of freedom. */
const T = 2.306;
/** Of the run, in which heaps fill. */
const FILLING = 0.25;
/** Nothing can be said of fewer seconds than these. */
const FEWEST = 60;
/** What it would grow by in a run as long as this one, as a share of what it is: less is flat … */
const FLAT = 0.1;
/** … and as MiB, since of a small process a little is much. */
const FLAT_MIB = 8;

/** @param seconds while users came and went */
export function flatnessOf(seconds: readonly ProcessSecond[]): Flatness[] {
  const names = new Set(seconds.flatMap(({ uses }) => Object.keys(uses)));
  return [...names].sort().map((name) => {
    const points = seconds.flatMap(({ at, uses }) => {
      const use = uses[name];
      return use ? [[at, use.memory] as const] : [];
    });
    const begin = points[0]?.[0] ?? 0;
    const end = points.at(-1)?.[0] ?? 0;
    const settled = points.filter(([at]) => at >= begin + (end - begin) * FILLING);
    return { process: name, ...judge(settled) };
  });
}

type Point = readonly [at: number, memory: number];

function judge(points: readonly Point[]): Omit<Flatness, 'process'> {
  const mean = meanOf(points.map(([, memory]) => memory));
  if (points.length < FEWEST) return { mean, slope: 0, error: null, verdict: 'unknown' };
  const blocks = Array.from({ length: BLOCKS }, (_, n) => {
    const from = Math.floor((n * points.length) / BLOCKS);
    const block = points.slice(from, Math.floor(((n + 1) * points.length) / BLOCKS));
    return [meanOf(block.map(([at]) => at)), meanOf(block.map(([, memory]) => memory))] as const;
  });
  const { slope, error } = lineThrough(blocks);
  const span = points.at(-1)![0] - points[0]![0];
  const borne = Math.max(FLAT_MIB, FLAT * mean);
  const most = (slope + error) * span;
  const least = (slope - error) * span;
  const verdict = most <= borne ? 'flat' : least > borne ? 'grows' : 'unknown';
  return { mean, slope: slope * 60, error: error * 60, verdict };
}

/** By least squares; the error is half of the interval that holds the slope at 95 %. */
function lineThrough(points: readonly Point[]): { slope: number; error: number } {
  const [x0, y0] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))];
  const sxx = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / sxx;
  const residue = points.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0);
  return { slope, error: T * Math.sqrt(residue / (points.length - 2) / sxx) };
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
