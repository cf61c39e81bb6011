import type { Browser } from 'playwright-core';
import type { Recorder } from '../../history/index.ts';
import type { Driver } from '../driver.ts';
import { openBrowserDevice } from './device.ts';
import { renderAfresh } from './fresh.ts';

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
    async readAfresh(session, sends, settings, origin) {
      const { page: target } = settings.target;
      // Plain text is judged by itself.
      if (!target || settings.pageMode === 'plain' || sends.length === 0) return;
      const shown = source.forPlay(settings.play);
      const folder = artifacts(settings.play);
      await renderAfresh({ session, sends, settings, target, browser, shown, origin, artifacts: folder });
    },
  };
}
