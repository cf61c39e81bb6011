/** What a cut really is to a page: exactly so many frames, and an end of the right kind. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { tearAt } from '../../faults/cuts/half-frame.ts';
import { cuts } from '../../faults/cuts/index.ts';
import {
  FRAMES,
  type Handler,
  startBench,
  streams,
  streamsByHand,
  TEXT_AFTER,
} from '../../faults/testing/bench.ts';
import { findBrowser } from '../../stack/browser/find.ts';
import { type Browser, startBrowser } from '../../stack/browser/launch.ts';

let browser: Browser;
/** One serves all cuts: it goes to an origin of its own for each. */
let reader: Page;

beforeAll(async () => {
  const found = await findBrowser('auto');
  if (!found.ok) throw new Error(`these tests need a browser: ${found.why}`);
  browser = await startBrowser(found.executable);
  reader = await (await browser.handle.newContext()).newPage();
});
afterAll(() => browser.close());

/** A page of the target's origin, and a stream beside it. */
const withPage =
  (stream: Handler): Handler =>
  (request, response) => {
    if (request.url === '/stream') stream(request, response);
    else response.setHeader('content-type', 'text/html').end('<title>reader</title>');
  };

async function openPage(url: string): Promise<Page> {
  const context = await browser.handle.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Begins to read the stream; what has come stands in `globalThis.got`, how it ended in `globalThis.ended`. */
const READ = `{
  globalThis.got = '';
  globalThis.ended = 'open';
  void (async () => {
    try {
      const { body } = await fetch('/stream');
      for await (const text of body.pipeThrough(new TextDecoderStream())) globalThis.got += text;
      globalThis.ended = 'eof';
    } catch {
      globalThis.ended = 'broken';
    }
  })();
}`;

const ENDS = {
  reset: 'broken',
  fin: 'broken',
  'half-frame': 'broken',
  'clean-end': 'eof',
  'black-hole': 'open',
} as const;

test.for(Object.keys(ENDS) as (keyof typeof ENDS)[])(
  '%s gives a page exactly what came before it',
  async (style) => {
    expect(cuts[style]).toBeDefined();
    for (const how of ['one by one', 'in one piece'] as const) {
      for (const afterText of [0, 2, 5, 7]) {
        await using bench = await startBench(withPage(streams(how)));
        const device = await bench.proxy.device('laptop');
        const page = reader;
        await page.goto(device.url);
        const strike = device.strike({ afterText }, style, { id: 'f1' });
        await page.evaluate(READ);
        await strike.struck;
        const count = TEXT_AFTER.findIndex((text) => text >= afterText);
        const torn =
          style === 'half-frame' ? FRAMES[count]!.subarray(0, tearAt(FRAMES[count]!)) : Buffer.of();
        const expected = Buffer.concat([...FRAMES.slice(0, count), torn]).toString();
        const told = { got: expected, ended: ENDS[style] };
        await page.waitForFunction(
          `globalThis.got.length >= ${expected.length} && globalThis.ended === '${told.ended}'`,
        );
        expect(
          await page.evaluate('({ got: globalThis.got, ended: globalThis.ended })'),
          `${how}, ${afterText}`,
        ).toEqual(told);
      }
    }
  },
);

test('emulated offline does not touch a stream in flight; that is why the network is lost at the proxy too', async () => {
  const stream = streamsByHand();
  await using bench = await startBench(withPage(stream.handler));
  const device = await bench.proxy.device('laptop');
  const page = await openPage(device.url);
  await page.evaluate(READ);
  stream.write('data: before\n\n');
  await page.waitForFunction(`globalThis.got.includes('before')`);
  await page.context().setOffline(true);
  stream.write('data: after\n\n');
  await page.waitForFunction(`globalThis.got.includes('after')`);
  expect(await page.evaluate('navigator.onLine')).toBe(false);
});
