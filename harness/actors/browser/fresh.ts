/**
 * What a page that has just been loaded shows of a session, when everything is over: by that a page which renders
 * is judged in the end. Past the proxy, in a profile of its own, so that nothing is there but what the target gives.
 */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { Recorder, SendSeed } from '../../history/index.ts';
import { createSource } from '../../history/index.ts';
import type { TargetPage } from '../../targets/page.ts';
import { within } from '../actor.ts';
import type { ActorSettings } from '../driver.ts';
import { openView } from '../view.ts';
import { createDocuments } from './documents.ts';
import type { Feeds } from './feeds.ts';
import { orUnmet } from './or-unmet.ts';
import { createSight, type Shown } from './sight.ts';
import { CLOCK, FLUSH, TELL, watcher } from './watch.ts';

export interface FreshOptions {
  session: string;
  /** Whose answers it must come to show as ended. */
  sends: readonly SendSeed[];
  settings: ActorSettings;
  target: TargetPage;
  browser: Browser;
  /** Of the source that is the browser. */
  shown: Recorder;
  /** Of the target. */
  origin: string;
  /** Folder for a picture of it. */
  artifacts: string;
}

const ACTOR = 'fresh-page';
/** Nobody has seen how its text came. */
const UNFED: Feeds = {
  recorder: createSource(ACTOR, () => {}),
  asks() {},
  shows() {},
  streamOf: () => undefined,
};

/** @throws Unmet where it does not come to show them */
export async function renderAfresh(options: FreshOptions): Promise<void> {
  const { session, sends, settings, target, browser, shown, origin, artifacts } = options;
  const localStorage = Object.entries(target.storage(settings.user)).map(([name, value]) => ({
    name,
    value,
  }));
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [{ origin: new URL(origin).origin, localStorage }] },
    serviceWorkers: 'block',
  });
  try {
    const page = await context.newPage();
    // Bounded as a whole, below.
    page.setDefaultTimeout(0);
    // How it comes to show its text is not told: it may take more than one look.
    const recorder = createSource(ACTOR, () => {});
    const sight = createSight({ tab: ACTOR, parts: target.parts, settings, recorder, feeds: UNFED });
    const documents = createDocuments(
      sight,
      () => page.evaluate(CLOCK),
      () => {},
    );
    await context.exposeBinding(TELL, (_, batch: string) => documents.hear(JSON.parse(batch)));
    await context.addInitScript(watcher(target.parts));
    documents.expect();

    const answerTo = (send: SendSeed) => sight.answers().findLast((it) => it.send === send);
    const ended = (send: SendSeed) => answerTo(send)?.view.ended !== undefined;
    const whole = async () => {
      const url = `${origin}${target.path(session, settings.pageMode)}`;
      await orUnmet(`to open ${url}`, settings.waitWithin, () => page.goto(url, { waitUntil: 'commit' }));
      await sight.when(() => sight.session === session && !sight.loading && sends.every(ended));
      await documents.taken((await page.evaluate(FLUSH)) as number);
    };
    await within(
      settings.waitWithin,
      `a page loaded afresh to show every answer of session ${session}`,
      whole(),
      settings.starved,
    );
    for (const send of sends) tell(answerTo(send)!);
    await page.screenshot({ path: join(artifacts, `${ACTOR}.png`), timeout: PICTURE_WITHIN }).catch(() => {});
  } finally {
    await context.close();
  }

  function tell({ send, view: { text, ended } }: Shown): void {
    const view = openView({
      id: settings.name('view'),
      actor: ACTOR,
      send,
      recorder: shown,
      kind: 'snapshot',
      fresh: true,
      by: 'page',
      rendered: true,
    });
    view.set(text);
    view.end(ended!);
    view.close('snapshot');
  }
}

/** ms */
const PICTURE_WITHIN = 3_000;
