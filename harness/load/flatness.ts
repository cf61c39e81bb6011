/**
 * Whether the memory of a process stays where it is: the slope of a line through it, with the error of that slope.
 *
 *     MiB │      ▁▂▁▃▂▁▂▃▂▁      a heap goes up and down by itself, and neighbours in time are alike: so the line
 *         │ ▁▂▄▅▆                goes through means of BLOCKS parts of the run, after a time in which it fills
 *         └──────────────▶ s
 *
 *     MiB │   ▃▅ ▂▃▅ ▂▄▅ ▂▃▅     one that is started again fills again: the line goes through the means of its lives,
 *         │ ▁▂  ▁   ▁   ▁        each as long as the shortest of them, so that the same ages are compared
 *         └──────────────▶ s
 */
import type { Flatness, ProcessSecond } from '../runs/load-results.ts';

const BLOCKS = 10;
/** Lives that say something; of fewer the longest is judged as if it were the run. */
const LIVES = 4;
/** Student's t for 95 %, two-sided, with so many degrees of freedom; beyond, hardly less than the last. */
const T = [Number.POSITIVE_INFINITY, 12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306] as const;
/** Of the run, in which heaps fill … */
const FILLING = 0.25;
/** … and s: V8 lets a heap that is little used fill for so long before it collects all of it for the first time. */
const FILLED = 120;
/** Nothing can be said of fewer seconds than these. */
const FEWEST = 60;
/** What it would grow by in a run as long as this one, as a share of what it is: less is flat … */
const FLAT = 0.1;
/** … and as MiB, since of a small process a little is much. */
const FLAT_MIB = 8;

/**
 * @param seconds while users came and went
 * @param begun when a process was started again, s, by its name
 */
export function flatnessOf(
  seconds: readonly ProcessSecond[],
  begun: Readonly<Record<string, readonly number[]>> = {},
): Flatness[] {
  const names = new Set(seconds.flatMap(({ uses }) => Object.keys(uses)));
  return [...names].sort().map((name) => {
    const points = seconds.flatMap(({ at, uses }) => {
      const use = uses[name];
      return use ? [[at, use.memory] as const] : [];
    });
    return { process: name, ...judge(points, begun[name] ?? []) };
  });
}

type Point = readonly [at: number, memory: number];
type Judged = Omit<Flatness, 'process'>;

function judge(points: readonly Point[], begun: readonly number[]): Judged {
  if (begun.length === 0) return judgeLife(points);
  const bounds = [Number.NEGATIVE_INFINITY, ...begun, Number.POSITIVE_INFINITY];
  const lives = bounds
    .slice(1)
    .map((until, n) => points.filter(([at]) => at > bounds[n]! && at < until))
    .filter((life) => life.length > 0);
  const longest = lives.reduce((most, life) => (life.length > most.length ? life : most));
  // How old a process was before it was first started again, nobody knows; one that was hardly there says nothing.
  const whole = lives.slice(1).filter(({ length }) => length >= longest.length / 2);
  return whole.length >= LIVES ? judgeLives(whole) : judgeLife(longest);
}

/** Of one that was there all the time. */
function judgeLife(points: readonly Point[]): Judged {
  const begin = points[0]?.[0] ?? 0;
  const end = points.at(-1)?.[0] ?? 0;
  const filled = begin + Math.max(FILLED, (end - begin) * FILLING);
  const settled = points.filter(([at]) => at >= filled);
  if (settled.length < FEWEST)
    return { mean: meanOf(points.map(([, memory]) => memory)), slope: 0, error: null, verdict: 'unknown' };
  const blocks = Array.from({ length: BLOCKS }, (_, n) => {
    const from = Math.floor((n * settled.length) / BLOCKS);
    return meanPoint(settled.slice(from, Math.floor(((n + 1) * settled.length) / BLOCKS)));
  });
  return judgeLine(blocks, settled.at(-1)![0] - settled[0]![0]);
}

function judgeLives(lives: readonly Point[][]): Judged {
  const shortest = Math.min(...lives.map(({ length }) => length));
  const span = lives.at(-1)!.at(-1)![0] - lives[0]![0]![0];
  return judgeLine(
    lives.map((life) => meanPoint(life.slice(0, shortest))),
    span,
  );
}

function judgeLine(points: readonly Point[], span: number): Judged {
  const mean = meanOf(points.map(([, memory]) => memory));
  const { slope, error } = lineThrough(points);
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
  const freedom = points.length - 2;
  const t = T[Math.min(freedom, T.length - 1)]!;
  return { slope, error: t * Math.sqrt(residue / freedom / sxx) };
}

function meanPoint(points: readonly Point[]): Point {
  return [meanOf(points.map(([at]) => at)), meanOf(points.map(([, memory]) => memory))];
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
