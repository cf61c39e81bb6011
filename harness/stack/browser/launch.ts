/** One browser process: started under the guardian, told apart from one that dies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as PlaywrightBrowser } from 'playwright-core';
import { HoldfastError } from '../../errors.ts';
import type { Recorder } from '../../history/recorder.ts';
import { GUARDIAN_MARK } from '../charges.ts';
import type { Guardian } from '../guardian.ts';
import type { Executable } from './provider.ts';

export interface Browser {
  /** As Playwright drives it. */
  handle: PlaywrightBrowser;
  version: string;
  pid: number;
  /** May be called again. */
  close(): Promise<void>;
}

export interface BrowserContext {
  /** Ends it with the harness. */
  guardian?: Guardian;
  recorder?: Recorder;
  /** Told when it ends although nobody asked it to. */
  onDeath?: (error: HoldfastError) => void;
}

const START_MS = 30_000;
/** Browsers keep a page that is left, to show it again as it was; what then becomes of it is to be seen, too. */
const UNWANTED = ['--disable-back-forward-cache'];
/** The network of the machine is none of its business, and what it does by itself would disturb measurements. */
const QUIET = ['--disable-gpu', '--no-pings', '--disable-domain-reliability'];

/** @throws what Playwright says where it does not start */
export async function startBrowser(
  { path, args }: Executable,
  { guardian, recorder, onDeath }: BrowserContext = {},
): Promise<Browser> {
  // It takes half a second to load, which most commands have no need of.
  const { chromium } = await import('playwright-core');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-browser-'));
  const releaseFolder = guardian?.directory(folder) ?? (() => {});
  let handle: PlaywrightBrowser;
  let pid: number;
  try {
    // Only of a persistent profile is it ours to say where it lies, and so to remove it however the harness ends.
    const profile = await chromium.launchPersistentContext(join(folder, 'profile'), {
      artifactsDir: join(folder, 'artifacts'),
      // Unsaid, what a trace is made of lies in a folder that nobody removes after a death of the harness.
      tracesDir: join(folder, 'traces'),
      executablePath: path,
      args: [...args, ...QUIET],
      ignoreDefaultArgs: UNWANTED,
      timeout: START_MS,
      // Interruptions are the run's to handle, in order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      env: { ...environment(), TMPDIR: folder, ...(guardian && { [GUARDIAN_MARK]: guardian.mark }) },
    });
    handle = profile.browser()!;
    pid = await pidOf(handle);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    releaseFolder();
    throw error;
  }
  const tell = (state: 'ready' | 'exited', planned: boolean) =>
    recorder?.record({ type: 'process', name: 'browser', pid, state, planned });
  tell('ready', true);
  const release = guardian?.child(pid, { signal: 'SIGKILL' }) ?? (() => {});
  let closing: Promise<void> | undefined;
  const tidy = async () => {
    await handle.close().catch(() => {});
    release();
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    releaseFolder();
  };
  handle.on('disconnected', () => {
    tell('exited', closing !== undefined);
    if (closing) return;
    onDeath?.(new HoldfastError('HF_BROWSER_DIED', { path }));
  });
  return {
    handle,
    version: handle.version(),
    pid,
    close() {
      closing ??= tidy();
      return closing;
    },
  };
}

async function pidOf(handle: PlaywrightBrowser): Promise<number> {
  const session = await handle.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.find(({ type }) => type === 'browser')!.id;
}

function environment(): Record<string, string> {
  const defined = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(defined);
}
