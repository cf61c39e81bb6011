/** The browser that Playwright downloads for itself. */
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { BrowserProvider } from './provider.ts';

export const playwright: BrowserProvider = {
  name: 'playwright',
  advice: 'Install it with `npx playwright-core install chromium`.',
  async locate() {
    const path = chromium.executablePath();
    return existsSync(path) ? { path, args: [] } : { missing: `not installed: there is no ${path}` };
  },
};
