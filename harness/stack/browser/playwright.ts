/** The browser that Playwright downloads for itself. */
import { existsSync } from 'node:fs';
import type { BrowserProvider } from './provider.ts';

export const playwright: BrowserProvider = {
  name: 'playwright',
  advice: 'Install it with `npx playwright-core install chromium`.',
  async locate() {
    const { chromium } = await import('playwright-core');
    const path = chromium.executablePath();
    return existsSync(path) ? { path, args: [] } : { missing: `not installed: there is no ${path}` };
  },
};
