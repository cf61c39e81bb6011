/** The drivers of a run: an API client is always there, a browser is started where a play needs one. */
import { apiDriver } from '../actors/api/index.ts';
import { browserDriver } from '../actors/browser/index.ts';
import type { Driver, DriverName } from '../actors/driver.ts';
import type { HoldfastError } from '../errors.ts';
import type { Recorder } from '../history/index.ts';
import { type Browser, startBrowser } from '../stack/browser/launch.ts';
import type { Executable } from '../stack/browser/provider.ts';
import type { Guardian } from '../stack/guardian.ts';
import { thenTidy } from './standing.ts';
import { watchStarvation } from './starvation.ts';

export interface DriversPlan {
  /** The browser that stands already, or what is to be started; undefined: none is needed. */
  browser: Browser | Executable | undefined;
  /** A new source of the history, by its name. */
  source(name: string): Recorder;
  /** Folder for what a play leaves. */
  artifacts(play: string): string;
  guardian: Guardian;
  recorder: Recorder;
  onDeath(error: HoldfastError): void;
}

export type Drivers = Readonly<Partial<Record<DriverName, Driver>>>;

/** Uses the drivers. One browser serves all plays. */
export async function withDrivers<T>(plan: DriversPlan, use: (drivers: Drivers) => Promise<T>): Promise<T> {
  const { browser: needed, source, artifacts, guardian, recorder, onDeath } = plan;
  if (!needed) return use({ api: apiDriver });
  const isOurs = 'path' in needed;
  const browser = isOurs ? await startBrowser(needed, { guardian, recorder, onDeath }) : needed;
  const stopWatching = watchStarvation(browser.pid, recorder);
  return thenTidy(
    () => use({ api: apiDriver, browser: browserDriver(browser.handle, source('browser'), artifacts) }),
    async () => {
      stopWatching();
      if (isOurs) await browser.close();
    },
  );
}
