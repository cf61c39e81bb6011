import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { isAlive } from '../../../tests/support/alive.ts';
import { until } from '../../../tests/support/until.ts';
import type { HoldfastError } from '../../errors.ts';
import { startGuardian } from '../guardian.ts';
import { BROWSERS, findBrowser, tryBrowser } from './find.ts';
import { startBrowser } from './launch.ts';
import type { Executable } from './provider.ts';

afterEach(() => void vi.unstubAllEnvs());

function folderOfOurs(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-browser-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function found(): Promise<Executable> {
  const browser = await findBrowser('auto');
  if (!browser.ok) throw new Error(`these tests need a browser: ${browser.why}`);
  return browser.executable;
}

test('each provider says what it found or what it lacks, and auto is the first that starts', async () => {
  const trials = [];
  for (const provider of BROWSERS) trials.push(await tryBrowser(provider));
  for (const { ok, why } of trials) expect(why).toMatch(ok ? /^Chromium \d+\./ : /./);
  const first = trials.find(({ ok }) => ok);
  expect(await findBrowser('auto')).toEqual(first);
});

test('a program that is no browser is not taken for one', async () => {
  const fake = join(folderOfOurs(), 'chrome');
  writeFileSync(fake, '#!/bin/sh\nexit 1\n');
  chmodSync(fake, 0o755);
  vi.stubEnv('CHROME_PATH', fake);
  expect(await findBrowser('system')).toMatchObject({
    ok: false,
    why: expect.stringContaining('does not start'),
  });
  vi.stubEnv('CHROME_PATH', join(fake, 'not-there'));
  expect(await findBrowser('system')).toMatchObject({
    ok: false,
    why: expect.stringContaining('CHROME_PATH'),
  });
});

test('closed in order it is gone with its folders, and nobody is alarmed', async () => {
  const temporary = folderOfOurs();
  vi.stubEnv('TMPDIR', temporary);
  const deaths: HoldfastError[] = [];
  const browser = await startBrowser(await found(), { onDeath: (error) => deaths.push(error) });
  expect(isAlive(browser.pid)).toBe(true);
  expect(readdirSync(temporary)).toHaveLength(1);
  await browser.close();
  await until('the browser to be gone', () => !isAlive(browser.pid));
  expect(readdirSync(temporary)).toEqual([]);
  expect(deaths).toEqual([]);
});

test('one that dies is told', async () => {
  const death = Promise.withResolvers<HoldfastError>();
  const browser = await startBrowser(await found(), { onDeath: death.resolve });
  onTestFinished(() => browser.close());
  process.kill(browser.pid, 'SIGKILL');
  expect(await death.promise).toMatchObject({ code: 'HF_BROWSER_DIED', exit: 70 });
});

test('the guardian ends it and removes its folders', async () => {
  const temporary = folderOfOurs();
  const guardian = await startGuardian();
  vi.stubEnv('TMPDIR', temporary);
  const browser = await startBrowser(await found(), { guardian });
  // A trace that is begun is written to files at once.
  const context = await browser.handle.newContext();
  await context.tracing.start({ screenshots: false, snapshots: false });
  expect(readdirSync(temporary)).toHaveLength(1);
  await guardian.close();
  await until('the browser to be gone', () => !isAlive(browser.pid));
  expect(readdirSync(temporary)).toEqual([]);
});
