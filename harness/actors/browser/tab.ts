/** A tab of the browser driver: a person at a page. */
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { STREAM_HEADER } from '../../faults/headers.ts';
import { type OperationName, type Recorder, type SendSeed, TERMINAL_STATES } from '../../history/index.ts';
import type { TargetPage } from '../../targets/page.ts';
import { type Device, type Question, type Session, type Tab, within } from '../actor.ts';
import type { ActorSettings } from '../driver.ts';
import { createDocuments } from './documents.ts';
import type { Feeds } from './feeds.ts';
import { orUnmet } from './or-unmet.ts';
import { createSight, type Shown } from './sight.ts';
import type { Batch, Told } from './told.ts';
import { CLOCK, FLUSH } from './watch.ts';

export interface BrowserTab extends Tab {
  /** What its page is, as Playwright drives it: another one after a crash. */
  readonly handle: Page;
  hear(batch: Batch): void;
  /** What is on the screen, as PNG; none where the page is closed, or does not draw. */
  picture(path: string): Promise<void>;
}

export interface BrowserTabOptions {
  name: string;
  device: Device;
  settings: ActorSettings;
  target: TargetPage;
  context: BrowserContext;
  /** Where the page is, through the device's listener. */
  origin: string;
  /** Of the source that is the browser. */
  recorder: Recorder;
  feeds: Feeds;
}

interface Busy {
  /** By when it began. */
  document: number;
  ms: number;
}

export async function openBrowserTab(options: BrowserTabOptions): Promise<BrowserTab> {
  const { name, device, settings, target, context, origin, recorder: shown, feeds } = options;
  const { recorder, waitWithin } = settings;
  const { controls } = target;
  const sight = createSight({ tab: name, parts: target.parts, settings, recorder: shown, feeds });
  let page: Page;
  let closed = false;
  let frozen = false;
  /** The session that a crash took from the screen. */
  let crashedIn: string | null = null;
  let thread: CDPSession | undefined;
  /** How long the thread of the page had been busy when it was asked, and in which document. */
  const busyAtAsking = new Map<SendSeed, Busy>();
  const documents = createDocuments(sight, () => page.evaluate(CLOCK), book);

  function book(told: Told, at: { t: number; err: number }): void {
    if (told.what === 'network') shown.record({ type: 'network', actor: name, online: told.online }, at);
    else if (told.what === 'long-task') shown.record({ type: 'long-task', actor: name, ms: told.ms }, at);
  }

  const bounded = <T>(what: string, step: Promise<T>) => within(waitWithin, what, step, settings.starved);

  const by = <T>(what: string, step: () => Promise<T>) => orUnmet(`tab ${name} to ${what}`, waitWithin, step);

  /** With the tab in front: a browser draws the others seldom or not at all. */
  const act = <T>(what: string, step: () => Promise<T>) =>
    by(what, async () => {
      await page.bringToFront();
      return await step();
    });

  const operation = (f: OperationName, extra: { send?: SendSeed; session?: string } = {}) => {
    const session = extra.session ?? sight.session ?? undefined;
    return {
      op: settings.name('op'),
      f,
      actor: name,
      user: settings.user.name,
      ...(session !== undefined && { session }),
      ...(extra.send !== undefined && { send: extra.send }),
    };
  };

  async function openPage(): Promise<void> {
    page = await context.newPage();
    page.setDefaultTimeout(waitWithin);
    await page.setExtraHTTPHeaders({ [STREAM_HEADER]: name });
    thread = await context.newCDPSession(page);
    await thread.send('Performance.enable');
  }

  async function visit(path: string): Promise<void> {
    documents.expect();
    await by(`open ${path}`, () => page.goto(`${origin}${path}`, { waitUntil: 'commit' }));
  }

  /** Whatever is on the screen now has been told. */
  async function flush(): Promise<void> {
    if (frozen) return;
    try {
      await bounded(
        'the page to say what it shows',
        page.evaluate(FLUSH).then((n) => documents.taken(n as number)),
      );
    } catch {
      // A page that is frozen, gone or of another make tells nothing more; what it told is recorded.
    }
  }

  /** Does what ends in a click, and gives the time of the click by the page's clock. */
  async function clicking(what: string, step: () => Promise<unknown>) {
    const clicked = documents.next('click');
    await act(what, step);
    return bounded(`the click of tab ${name} to be told`, clicked);
  }

  const shows = (session: string) =>
    bounded(
      `tab ${name} to show session ${session}`,
      sight.when(() => sight.session === session && !sight.loading),
    );

  const lengthShown = () => sight.answers().reduce((sum, { length }) => sum + length, 0);

  const waitFor = (what: string, question: Question, until: (it: Shown) => boolean) =>
    bounded(
      `tab ${name} to ${what} "${question.name}"`,
      sight.when(() => {
        const it = sight.answer(question.spec.seed);
        return it !== undefined && until(it);
      }),
    );

  /** How long the thread of the document that is there has been busy; undefined where the page does not say. */
  async function busy(): Promise<Busy | undefined> {
    const answer = await thread?.send('Performance.getMetrics').catch(() => undefined);
    if (!answer) return undefined;
    const {
      TaskDuration = 0,
      DevToolsCommandDuration = 0,
      NavigationStart = 0,
    } = Object.fromEntries(answer.metrics.map(({ name: metric, value }) => [metric, value]));
    return { document: NavigationStart, ms: (TaskDuration - DevToolsCommandDuration) * 1e3 };
  }

  /** Once, for an answer whose question was asked in the document that shows its end. */
  async function bookWork(send: SendSeed): Promise<void> {
    const before = busyAtAsking.get(send);
    if (!before) return;
    busyAtAsking.delete(send);
    const after = await busy();
    if (after?.document !== before.document) return;
    shown.record({ type: 'page-work', actor: name, send, ms: after.ms - before.ms });
  }

  async function ask(question: Question, press: () => Promise<unknown>): Promise<void> {
    const { spec, text } = question;
    const { session } = sight;
    if (session === null) throw new TypeError(`tab ${name} has no session to send in`);
    const fields = operation('send', { send: spec.seed, session });
    feeds.asks(name, session, spec.seed);
    recorder.record({ type: 'invoke', ...fields, spec });
    const before = await busy();
    if (before) busyAtAsking.set(spec.seed, before);
    await act(`type "${question.name}"`, () => page.fill(controls.composer, text));
    await act(`send "${question.name}"`, press);
    const known = (it: Shown) => it.view.message !== undefined || it.state !== undefined;
    await waitFor('have taken on', question, (it) => known(it) || it.failed);
    if (known(sight.answer(spec.seed)!)) recorder.record({ type: 'ok', ...fields });
    else recorder.record({ type: 'info', ...fields, reason: 'the page says that it failed' });
  }

  /** Back or forward in the tab's history, to whatever is there. */
  async function travel(f: 'back' | 'forward', step: () => Promise<unknown>): Promise<void> {
    const fields = operation(f);
    recorder.record({ type: 'invoke', ...fields });
    const left = documents.current;
    documents.expect();
    await by(`go ${f}`, step);
    await flush();
    const arrived = sight.when(() => sight.session !== null && !sight.loading);
    await bounded(`tab ${name} to show a session after going ${f}`, arrived);
    const arrivedAt = documents.current;
    recorder.record({
      type: 'ok',
      ...fields,
      session: sight.session!,
      length: lengthShown(),
      ...(arrivedAt && arrivedAt.name !== left?.name && { kept: arrivedAt.kept }),
    });
  }

  async function life(f: 'freeze' | 'thaw', state: 'frozen' | 'active'): Promise<void> {
    const fields = operation(f);
    recorder.record({ type: 'invoke', ...fields });
    const session = await context.newCDPSession(page);
    await session.send('Page.setWebLifecycleState', { state });
    await session.detach();
    frozen = state === 'frozen';
    recorder.record({ type: 'ok', ...fields });
  }

  await openPage();
  await visit(target.path(null, settings.pageMode));

  return {
    name,
    device,
    get handle() {
      return page;
    },
    hear: documents.hear,
    async picture(path) {
      if (!closed) await page.screenshot({ path, timeout: PICTURE_WITHIN }).catch(() => {});
    },

    async createSession(sessionName) {
      const before = sight.session;
      const fields = operation('create-session');
      recorder.record({ type: 'invoke', ...fields });
      await act('ask for a new session', () => page.click(controls.newSession));
      await bounded(
        `session "${sessionName}" to be created`,
        sight.when(() => sight.session !== null && sight.session !== before && !sight.loading),
      );
      const session = { name: sessionName, id: sight.session! };
      recorder.record({ type: 'ok', ...fields, session: session.id });
      return session;
    },

    send: (question) => ask(question, () => page.click(controls.send)),

    async refresh() {
      const session = sight.session ?? crashedIn;
      crashedIn = null;
      const fields = operation('refresh');
      await flush();
      recorder.record({ type: 'invoke', ...fields });
      const url = page.url();
      // What the document before has shown is not what comes after it.
      const begun = documents.begins();
      if (page.isClosed() || sight.session === null) {
        await page.close().catch(() => {});
        await openPage();
        documents.expect();
        await by('come back', () => page.goto(url, { waitUntil: 'commit' }));
      } else {
        documents.expect();
        await by('reload', () => page.reload({ waitUntil: 'commit' }));
      }
      await bounded(`tab ${name} to begin anew`, begun);
      if (session !== null) await shows(session);
      recorder.record({ type: 'ok', ...fields, length: lengthShown() });
    },

    async switchTo(session: Session) {
      const link = page.locator(controls.session(session.id));
      const fields = operation('switch', { session: session.id });
      if ((await link.count()) > 0) {
        const at = await clicking(`open session "${session.name}"`, () => link.first().click());
        recorder.record({ type: 'invoke', ...fields }, at);
      } else {
        // A session that another tab has made, by its address.
        await flush();
        recorder.record({ type: 'invoke', ...fields });
        await visit(target.path(session.id, settings.pageMode));
      }
      await shows(session.id);
      recorder.record({ type: 'ok', ...fields, length: lengthShown() }, sight.since);
    },

    async stop(question) {
      if (controls.stop === undefined) throw new TypeError(`the page of ${settings.target.name} has no stop`);
      const it = sight.answer(question.spec.seed);
      const button = page.locator(controls.stop);
      if (it?.view.ended !== undefined || (await button.count()) === 0) return;
      const fields = operation('stop', { send: question.spec.seed });
      recorder.record({ type: 'invoke', ...fields });
      await act(`stop "${question.name}"`, () => button.first().click());
      await waitFor('hold for ended', question, ({ view }) => view.ended !== undefined);
      const state = sight.answer(question.spec.seed)!.view.ended!;
      recorder.record({ type: 'ok', ...fields, state });
    },

    sees: (question, chunks) =>
      waitFor(`show ${chunks} chunks of`, question, ({ length }) => length >= question.lengthAfter(chunks)),

    async finished(question) {
      await waitFor('learn the end of', question, ({ view }) => view.ended !== undefined);
      await bookWork(question.spec.seed);
    },

    async quiet() {
      await sight.when(() =>
        sight.answers().every(({ state }) => state !== undefined && TERMINAL_STATES.has(state)),
      );
      await flush();
    },

    async close() {
      if (closed) return;
      closed = true;
      const fields = operation('close-tab');
      await flush();
      recorder.record({ type: 'invoke', ...fields });
      await page.close().catch(() => {});
      sight.leave('tab-closed');
      recorder.record({ type: 'ok', ...fields });
    },

    page: {
      async crash() {
        const fields = operation('crash');
        await flush();
        recorder.record({ type: 'invoke', ...fields });
        const crashed = page.waitForEvent('crash');
        const session = await context.newCDPSession(page);
        session.send('Page.crash').catch(() => {});
        await by('crash', () => crashed);
        crashedIn = sight.session;
        sight.leave('refresh');
        recorder.record({ type: 'ok', ...fields });
      },
      back: () => travel('back', () => page.goBack({ waitUntil: 'commit' })),
      async forgetKept() {
        const session = await context.newCDPSession(page);
        await session.send('Network.clearBrowserCache');
        await session.detach();
      },
      forward: () => travel('forward', () => page.goForward({ waitUntil: 'commit' })),
      freeze: () => life('freeze', 'frozen'),
      thaw: () => life('thaw', 'active'),
      sendTwice: (question) => ask(question, () => page.dblclick(controls.send)),
    },
  };
}

/** ms */
const PICTURE_WITHIN = 3_000;
