/** A Chrome or Chromium that is installed on the machine. Setting: CHROME_PATH, where it stands elsewhere. */
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { BrowserProvider } from './provider.ts';

const NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'chrome'];

/** Where installers put it when not on the path. */
const PLACES: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
};

export const system: BrowserProvider = {
  name: 'system',
  advice: 'Install Chrome or Chromium (Debian: `apt-get install chromium`), or set CHROME_PATH to one.',
  async locate() {
    const asked = process.env.CHROME_PATH;
    if (asked) {
      return isProgram(asked)
        ? { path: asked, args: [] }
        : { missing: `CHROME_PATH is ${asked}, and that is no program` };
    }
    const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
    const places = [
      ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
      ...(PLACES[process.platform] ?? []),
    ];
    const path = places.find(isProgram);
    return path === undefined
      ? { missing: `neither ${NAMES.join(' nor ')} is on the path` }
      : { path, args: [] };
  },
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
