/** The drivers of a run: an API client is always there, a browser is started where a play needs one. */
import { apiDriver } from '../actors/api/index.ts';
import { browserDriver } from '../actors/browser/index.ts';
import type { Driver, DriverName } from '../actors/driver.ts';
import type { HoldfastError } from '../errors.ts';
import type { Recorder } from '../history/index.ts';
import { startBrowser } from '../stack/browser/launch.ts';
import type { Executable } from '../stack/browser/provider.ts';
import type { Guardian } from '../stack/guardian.ts';
import { thenTidy } from './standing.ts';
import { watchStarvation } from './starvation.ts';

export interface DriversPlan {
  /** Of the browser, where one is needed. */
  executable: Executable | undefined;
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
  const { executable, source, artifacts, guardian, recorder, onDeath } = plan;
  if (!executable) return use({ api: apiDriver });
  const browser = await startBrowser(executable, { guardian, recorder, onDeath });
  const stopWatching = watchStarvation(browser.pid, recorder);
  return thenTidy(
    () => use({ api: apiDriver, browser: browserDriver(browser.handle, source('browser'), artifacts) }),
    () => {
      stopWatching();
      return browser.close();
    },
  );
}
