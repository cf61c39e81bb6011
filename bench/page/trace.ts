/** What the main thread of a page does while something happens, by Chromium's own trace. */
import type { Browser, Page } from 'playwright-core';

/** ms of time on the clock, and of CPU, which other work on the machine blurs less. */
export interface MainThread {
  longest: { wall: number; cpu: number };
  /** Of all tasks together. */
  cpu: number;
  /** Tasks of 50 ms or more on the clock. */
  long: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  /** µs */
  dur?: number;
  tdur?: number;
}

const CATEGORIES = ['blink.user_timing', 'disabled-by-default-devtools.timeline'];
/** Left in the trace by the page that is measured, to find its thread among those of the browser. */
const MARK = 'bench:main-thread';

export async function whileTraced(
  browser: Browser,
  page: Page,
  work: () => Promise<unknown>,
): Promise<MainThread> {
  await browser.startTracing(page, { categories: CATEGORIES });
  try {
    await work();
    await page.evaluate(`performance.mark('${MARK}')`);
  } catch (error) {
    await browser.stopTracing().catch(() => {});
    throw error;
  }
  return mainThread(JSON.parse(String(await browser.stopTracing())).traceEvents as TraceEvent[]);
}

function mainThread(events: readonly TraceEvent[]): MainThread {
  const mark = events.find(({ name }) => name === MARK);
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && pid === mark?.pid && tid === mark.tid,
  );
  if (tasks.length === 0) throw new Error('the trace holds no task of the page');
  const ms = (time: 'dur' | 'tdur') => tasks.map((task) => (task[time] ?? 0) / 1_000);
  const [walls, cpus] = [ms('dur'), ms('tdur')];
  return {
    longest: { wall: Math.max(...walls), cpu: Math.max(...cpus) },
    cpu: cpus.reduce((sum, one) => sum + one, 0),
    long: walls.filter((wall) => wall >= 50).length,
  };
}
