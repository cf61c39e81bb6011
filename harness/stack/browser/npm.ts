/** A headless Chromium that comes as an npm package, the optional peer dependency `@sparticuz/chromium`. Linux only. */
import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { BrowserProvider } from './provider.ts';

export const npm: BrowserProvider = {
  name: 'npm',
  advice: 'Install it with `npm install @sparticuz/chromium`; it is for Linux.',
  async locate() {
    if (process.platform !== 'linux') return { missing: `it is for Linux, and this is ${process.platform}` };
    try {
      const { default: chromium } = await import('@sparticuz/chromium');
      // It unpacks itself there, once, and would make the folder where there is none.
      await access(tmpdir(), constants.W_OK);
      const path = await chromium.executablePath();
      return { path, args: chromium.args };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return {
        missing:
          code === 'ERR_MODULE_NOT_FOUND' ? 'the package @sparticuz/chromium is not installed' : message,
      };
    }
  },
};
