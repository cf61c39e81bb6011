/**
 * A device of the browser driver: a context of the browser, which is a profile of its own, behind a listener of the
 * fault proxy. Emulated offline does not touch a stream in flight, and a cut tells the page nothing: who loses the
 * network loses it by both.
 */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import type { FaultProxy } from '../../faults/proxy.ts';
import type { Recorder } from '../../history/index.ts';
import type { TargetPage } from '../../targets/page.ts';
import type { Device } from '../actor.ts';
import type { ActorSettings } from '../driver.ts';
import { createFeeds } from './feeds.ts';
import { type BrowserTab, openBrowserTab } from './tab.ts';
import { TELL, watcher } from './watch.ts';

export interface BrowserDeviceOptions {
  name: string;
  settings: ActorSettings;
  target: TargetPage;
  browser: Browser;
  /** Of the source that is the browser. */
  shown: Recorder;
  /** Folder for its trace and the last picture of each of its tabs. */
  artifacts: string;
}

export async function openBrowserDevice(options: BrowserDeviceOptions, proxy: FaultProxy): Promise<Device> {
  const { name, settings, target, browser, shown, artifacts } = options;
  const { recorder, user } = settings;
  const feeds = createFeeds(settings.target, recorder);
  const listener = await proxy.device(name, feeds.recorder);
  const origin = listener.url;
  const localStorage = Object.entries(target.storage(user)).map(([key, value]) => ({ name: key, value }));
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [{ origin, localStorage }] },
    serviceWorkers: 'block',
  });
  // What was done and what the network and the console said; pictures of every step would slow the page.
  await context.tracing.start({ screenshots: false, snapshots: false });
  const tabs: BrowserTab[] = [];
  /** Before a tab has been made its page may speak already. */
  const early = new Map<unknown, string[]>();
  await context.exposeBinding(TELL, ({ page }, batch: string) => {
    const tab = tabs.find(({ handle }) => handle === page);
    if (tab) tab.hear(JSON.parse(batch));
    else early.set(page, [...(early.get(page) ?? []), batch]);
  });
  await context.addInitScript(watcher(target.parts));

  const operate = async (f: 'cut' | 'heal' | 'offline' | 'route', step: () => Promise<unknown>) => {
    const fields = { op: settings.name('op'), f, actor: name, user: user.name } as const;
    recorder.record({ type: 'invoke', ...fields });
    await step();
    recorder.record({ type: 'ok', ...fields });
  };

  const device: Device = {
    name,
    async openTab() {
      const tabName = `${name}-tab-${tabs.length + 1}`;
      const fields = { op: settings.name('op'), f: 'open-tab', actor: tabName, user: user.name } as const;
      recorder.record({ type: 'invoke', ...fields });
      const tab = await openBrowserTab({
        name: tabName,
        device,
        settings,
        target,
        context,
        origin,
        recorder: shown,
        feeds,
      });
      tabs.push(tab);
      for (const batch of early.get(tab.handle) ?? []) tab.hear(JSON.parse(batch));
      recorder.record({ type: 'ok', ...fields });
      return tab;
    },
    async cut(style, id) {
      let live = 0;
      await operate('cut', async () => {
        live = listener.cut(style, { id });
        await context.setOffline(true);
      });
      return live;
    },
    async cutAt(point, style, { name: id, once = false, question }) {
      const strike = listener.strike(point, style, {
        id,
        thenRefuse: !once,
        ...(question && { send: question.spec.seed }),
      });
      const struck = strike.struck.then(async () => {
        if (!once) await context.setOffline(true);
      });
      return { struck };
    },
    async badLine(line, id) {
      listener.shape(line, { id });
    },
    async befall(answers, id) {
      listener.befall(answers, { id });
    },
    async refuse(id) {
      listener.refuse({ id });
    },
    route: (instance) => operate('route', async () => listener.route(instance)),
    offline: () => operate('offline', () => context.setOffline(true)),
    heal: () =>
      operate('heal', async () => {
        listener.heal();
        await context.setOffline(false);
      }),
    async quiet() {
      for (const tab of tabs) await tab.quiet();
    },
    async close() {
      for (const tab of tabs) {
        await tab.picture(join(artifacts, `${tab.name}.png`));
        await tab.close();
      }
      // A browser that has died leaves no trace; its death is told.
      await context.tracing.stop({ path: join(artifacts, `${name}-trace.zip`) }).catch(() => {});
      await context.close().catch(() => {});
      await listener.close();
    },
  };
  return device;
}
