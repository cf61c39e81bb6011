/** Finds a browser that really starts: Playwright's own, else the system's, else the npm one. */
import { startBrowser } from './launch.ts';
import { npm } from './npm.ts';
import { playwright } from './playwright.ts';
import type { BrowserProvider, BrowserProviderName, Executable } from './provider.ts';
import { system } from './system.ts';

export const BROWSERS: readonly BrowserProvider[] = [playwright, system, npm];

/** A provider's browser, tried by a start. `why`: what was found, or what is missing. */
export type Trial =
  | { provider: BrowserProviderName; ok: true; why: string; executable: Executable; version: string }
  | { provider: BrowserProviderName; ok: false; why: string };

/** Looks for a provider's browser, starts it and ends it again. */
export async function tryBrowser(provider: BrowserProvider): Promise<Trial> {
  const { name } = provider;
  try {
    const executable = await provider.locate();
    if ('missing' in executable) return { provider: name, ok: false, why: executable.missing };
    try {
      const browser = await startBrowser(executable);
      const { version } = browser;
      await browser.close();
      return {
        provider: name,
        ok: true,
        why: `Chromium ${version} at ${executable.path}`,
        executable,
        version,
      };
    } catch (error) {
      return { provider: name, ok: false, why: `${executable.path} does not start: ${firstLine(error)}` };
    }
  } catch (error) {
    return { provider: name, ok: false, why: firstLine(error) };
  }
}

/** A browser that starts, or why there is none. */
export type Found = Extract<Trial, { ok: true }> | { ok: false; why: string };

/** The first that starts of those asked for; where none does, why not, of each. */
export async function findBrowser(asked: BrowserProviderName | 'auto'): Promise<Found> {
  const reasons: string[] = [];
  for (const provider of BROWSERS.filter(({ name }) => asked === 'auto' || asked === name)) {
    const trial = await tryBrowser(provider);
    if (trial.ok) return trial;
    reasons.push(`${trial.provider}: ${trial.why}`);
  }
  return { ok: false, why: reasons.join('; ') };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0]!;
}
