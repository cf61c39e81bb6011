/**
 * Where the browser comes from. One provider a file, behind this interface; which one is `findBrowser`.
 */
export type BrowserProviderName = 'playwright' | 'system' | 'npm';

/** A Chromium that can be started. */
export interface Executable {
  path: string;
  /** What it must be started with, besides what Playwright gives it. */
  args: readonly string[];
}

export interface BrowserProvider {
  name: BrowserProviderName;
  /** Looks for it and starts nothing. `missing`: what was looked for and is not there. */
  locate(): Promise<Executable | { missing: string }>;
  /** What to do to have this one. */
  advice: string;
}
