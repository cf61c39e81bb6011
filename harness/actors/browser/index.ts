import type { Browser } from 'playwright-core';
import type { Recorder } from '../../history/index.ts';
import type { Driver } from '../driver.ts';
import { openBrowserDevice } from './device.ts';

/**
 * @param source of what pages show: their clocks are not the harness's
 * @param artifacts folder for the traces and pictures of a play
 */
export function browserDriver(
  browser: Browser,
  source: Recorder,
  artifacts: (play: string) => string,
): Driver {
  return {
    name: 'browser',
    device(name, settings, proxy) {
      const { page: target } = settings.target;
      if (!target) throw new TypeError(`target ${settings.target.name} has no page`);
      const shown = source.forPlay(settings.play);
      return openBrowserDevice(
        { name, settings, target, browser, shown, artifacts: artifacts(settings.play) },
        proxy,
      );
    },
  };
}
