import type { Browser } from 'playwright-core';
import type { Recorder } from '../../history/index.ts';
import type { Driver } from '../driver.ts';
import { openBrowserDevice } from './device.ts';

/** @param source of what pages show: their clocks are not the harness's */
export function browserDriver(browser: Browser, source: Recorder): Driver {
  return {
    name: 'browser',
    device(name, settings, proxy) {
      const { page: target } = settings.target;
      if (!target) throw new TypeError(`target ${settings.target.name} has no page`);
      const shown = source.forPlay(settings.play);
      return openBrowserDevice({ name, settings, target, browser, shown }, proxy);
    },
  };
}
