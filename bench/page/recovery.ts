/**
 * How long it takes after a loss of the network until the answer goes on. The page's connections are reset and refused
 * at the proxy while the browser says that it is offline; then the proxy heals, and the browser says that it is online.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { formatDirective } from '../../mock-llm/directive.ts';
import { POLL, type Stage } from './stage.ts';

const CUTS = 50;
const POLLED_CUTS = 20;
/** ms between two chunks. Those of the time without network come with the first look. */
const GAP = 20;
/** More than are said while the page is measured. */
const CHUNKS = 20_000;

export interface Recovery {
  /** ms from `online` to the first new text, sorted: by resuming the stream. */
  resumed: number[];
  /** The same by asking how the answer stands, without a stream. */
  polled: number[];
  /** ms from the healing, of which the browser says nothing, to the first new text, sorted: by asking alone. */
  unannounced: number[];
}

export async function measureRecovery(stage: Stage): Promise<Recovery> {
  const resuming = await asking(stage, '');
  const resumed: number[] = [];
  for (let cut = 0; cut < CUTS; cut++) {
    await lose(stage, resuming);
    resumed.push(await recover(stage, resuming, `performance.getEntriesByName('chat:first-new-chunk')`));
  }
  await done(resuming);

  const polling = await asking(stage, LOCKS);
  const polled: number[] = [];
  const unannounced: number[] = [];
  for (let cut = 0; cut < POLLED_CUTS; cut++) {
    await lose(stage, polling);
    polled.push(await recover(stage, polling, 'globalThis.growths'));
    if ((await polling.evaluate(`performance.getEntriesByName('chat:first-new-chunk').length`)) !== 0)
      throw new Error('a page that was to poll has resumed a stream');
    unannounced.push(await silently(stage, polling, cut / POLLED_CUTS));
  }
  await done(polling);
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  return { resumed: sorted(resumed), polled: sorted(polled), unannounced: sorted(unannounced) };
}

/** Takes all the slots that the tabs of a browser share for their streams. */
const LOCKS = `for (let slot = 0; slot < 4; slot++) navigator.locks.request('chat-stream-' + slot, () => new Promise(() => {}));`;

/** Notes when the text of the answer grows: in the page, at the moment when the document changes. */
const WATCH = `
  globalThis.growths = [];
  new MutationObserver((changes) => {
    if (changes.some(({ target }) => target.parentElement?.closest('[data-role="assistant"] [data-part="text"]')))
      growths.push({ startTime: performance.now() });
  }).observe(document, { subtree: true, childList: true, characterData: true });`;

let asked = 0;

/** A page that shows an answer which goes on for longer than anything that follows. */
async function asking(stage: Stage, before: string): Promise<Page> {
  const session = await stage.newSession();
  const page = await stage.open(`?session=${session}&mode=plain`);
  await page.evaluate(`${before} ${WATCH}`);
  await page.fill(
    'textarea[name="question"]',
    formatDirective({ seed: 70_000 + asked++, chunks: CHUNKS, gap: GAP, first: 0 }),
  );
  await page.keyboard.press('Enter');
  await comesTrue(page, 'globalThis.growths.length > 1');
  return page;
}

async function lose({ device }: Stage, page: Page): Promise<void> {
  device.cut('reset', { id: 'bench' });
  await page.context().setOffline(true);
  await page.waitForSelector('html[data-connection="offline"]');
  await page.evaluate('performance.clearMarks(); globalThis.growths.length = 0; undefined');
}

/** @param entries expression of the page: what tells of new text */
async function recover({ device }: Stage, page: Page, entries: string): Promise<number> {
  device.heal();
  await page.context().setOffline(false);
  const since = `performance.getEntriesByName('chat:online').at(-1)?.startTime`;
  const first = `${entries}.find(({ startTime }) => startTime >= ${since})`;
  await comesTrue(page, `${first} !== undefined`);
  return page.evaluate(`${first}.startTime - ${since}`) as Promise<number>;
}

/**
 * The browser never says a word: only the connections fail, and then do not.
 *
 * @param phase where in a period of asking it heals, as a share of it
 */
async function silently({ device }: Stage, page: Page, phase: number): Promise<number> {
  await page.waitForSelector('html[data-connection="online"]');
  device.cut('reset', { id: 'bench' });
  await page.waitForSelector('html[data-connection="reconnecting"]');
  await sleep(phase * POLL);
  await page.evaluate('globalThis.growths.length = 0; globalThis.healed = performance.now(); undefined');
  device.heal();
  await comesTrue(page, 'globalThis.growths.length > 0');
  return page.evaluate('globalThis.growths[0].startTime - globalThis.healed') as Promise<number>;
}

/** Looked at within the page, for its policy forbids to make code of strings there. */
async function comesTrue(page: Page, expression: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const look = () => ((${expression}) ? resolve() : setTimeout(look, 5));
    look();
  })`);
}

async function done(page: Page): Promise<void> {
  await page.click('[data-action="stop"]');
  await page.waitForSelector('article[data-state="cancelled"]');
  await page.context().close();
}
