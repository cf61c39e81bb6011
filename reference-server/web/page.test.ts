/** The page in a real browser, on the real server: by keyboard, for a screen reader, text as it is. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findBrowser } from '../../harness/stack/browser/find.ts';
import { type Browser, startBrowser } from '../../harness/stack/browser/launch.ts';
import { until } from '../../tests/support/until.ts';
import { House, type TestServer } from '../testing/house.ts';
import type { StubCall } from '../testing/stub-llm.ts';
import { builtPage } from './build.ts';

const found = await findBrowser('auto');
if (!found.ok) console.warn(`The page is not tested, for want of a browser: ${found.why}`);
const inBrowser = test.skipIf(!found.ok);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let house: House;
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  await builtPage();
  house = await House.build();
  server = await house.serve();
  if (found.ok) browser = await startBrowser(found.executable);
});
afterAll(async () => {
  await browser?.close();
  await house.tearDown();
});

test('whoever builds the page, builds it for use: here it is a test runner', async () => {
  const assets = join(await builtPage(), 'assets');
  for (const name of readdirSync(assets).filter((name) => name.endsWith('.js')))
    expect(readFileSync(join(assets, name), 'utf8')).not.toMatch(/jsxDEV|react-stack-top-frame/);
});

/** What a page writes is checked in all of these: nothing may fail unseen. */
async function open(
  query = '',
  { colorScheme = 'light' as 'light' | 'dark', isSignedIn = true } = {},
): Promise<Page> {
  const context = await browser.handle.newContext({ colorScheme });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.on('pageerror', (error) => expect.unreachable(String(error)));
  page.on('request', (request) => expect(new URL(request.url()).origin).toBe(new URL(server.url).origin));
  if (isSignedIn) await page.addInitScript(`localStorage.setItem('chat-token', 'alice-token')`);
  await page.goto(`${server.url}/${query}`);
  return page;
}

/** Asks by keyboard, as the page is when it has loaded, and returns the call that its LLM got. */
async function ask(page: Page, question: string): Promise<StubCall> {
  await page.waitForSelector('textarea[name="question"]:focus');
  await page.keyboard.type(question);
  await page.keyboard.press('Enter');
  const call = await house.llm.call();
  await page.waitForSelector('article[data-role="assistant"][data-phase="streaming"]');
  return call;
}

const answer = (page: Page, state: string) =>
  page.waitForSelector(`article[data-role="assistant"][data-state="${state}"]`);
const textOf = (page: Page) => page.locator('article[data-role="assistant"] [data-part="text"]').last();
/** As an expression of the page: its text in the newest answer. */
const SHOWN = `[...document.querySelectorAll('article[data-role="assistant"] [data-part="text"]')].at(-1)`;
// The page's policy forbids to make code of strings within it; from outside it is allowed.
const comesTrue = (page: Page, expression: string) => until(expression, () => page.evaluate(expression));
const shows = (page: Page, text: string) =>
  comesTrue(page, `${SHOWN}?.textContent.includes(${JSON.stringify(text)}) === true`);
const isEmpty = (page: Page) => comesTrue(page, `document.querySelectorAll('article').length === 0`);

async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run()')) as { violations: Violation[] };
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

interface Violation {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

inBrowser(
  'a person with a keyboard signs in, asks, breaks lines, stops, asks again, and goes back',
  async () => {
    const page = await open('', { isSignedIn: false });
    await page.waitForSelector('form');
    await page.keyboard.press('Tab');
    await page.keyboard.type('alice-token');
    await page.keyboard.press('Enter');
    await page.waitForSelector('textarea[name="question"]:focus');
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    const call = await ask(page, 'two');
    expect(await page.locator('article[data-role="user"] [data-part="text"]').textContent()).toBe('one\ntwo');
    call.say('a', 'b', 'c');
    await shows(page, 'abc');
    await page.keyboard.press('Escape');
    await answer(page, 'cancelled');
    expect(await textOf(page).textContent()).toBe('abc\n');
    const first = new URL(page.url()).searchParams.get('session');

    await page.focus('[data-action="new-session"]');
    await page.keyboard.press('Enter');
    await comesTrue(page, `!location.search.includes('${first}')`);
    await isEmpty(page);
    await page.focus(`nav [data-session="${first}"]`);
    await page.keyboard.press('Enter');
    await answer(page, 'cancelled');
    expect(await page.locator('nav [aria-current="page"]').getAttribute('data-session')).toBe(first);
    await page.goBack();
    await isEmpty(page);
  },
);

inBrowser('a wrong token is no end, and who comes next sees nothing of who went', async () => {
  const page = await open('', { isSignedIn: false });
  const signIn = async (token: string) => {
    await page.fill('input[name="token"]', token);
    await page.keyboard.press('Enter');
  };
  await signIn('nobody');
  await page.waitForSelector('[role="alert"]');
  await signIn('alice-token');
  const call = await ask(page, 'Why?');
  call.say('secret');
  await shows(page, 'secret');
  await page.click('[data-action="sign-out"]');
  await signIn('bob-token');
  // The address is still that of a session that is not his.
  await page.waitForSelector('.problem[role="alert"]');
  expect(await page.locator('article, nav [data-session]').count()).toBe(0);
  call.finish();

  // Whoever has gone is not told that his token is wrong, though the page asks once more when it hears of a network.
  await page.click('[data-action="sign-out"]');
  const refusal = page.waitForResponse((response) => response.status() === 401);
  await page.evaluate(`dispatchEvent(new Event('online'))`);
  await (await refusal).finished();
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  expect(await page.locator('[role="alert"]').count()).toBe(0);
});

inBrowser('plain text is exactly the text, grown in one node', async () => {
  const page = await open('?mode=plain');
  const call = await ask(page, 'Why?');
  const pieces = ['<b>no', '</b>\r\n', '  **x** ', '👩‍', '👩‍👦 ', '\u202eright\u202c ', '\n\n\n', 'end   '];
  const all = (count: number) => pieces.slice(0, count).join('');
  call.say(pieces[0]!);
  await shows(page, all(1));
  await page.evaluate(`globalThis.grown = ${SHOWN}.firstChild`);
  for (let count = 2; count <= pieces.length; count++) {
    call.say(pieces[count - 1]!);
    await shows(page, all(count));
    expect(await textOf(page).textContent()).toBe(all(count));
  }
  call.finish();
  await answer(page, 'completed');
  const isSameNode = await page.evaluate(
    `${SHOWN}.childNodes.length === 1 && ${SHOWN}.firstChild === globalThis.grown`,
  );
  expect([isSameNode, await textOf(page).textContent()]).toEqual([true, all(pieces.length)]);
});

inBrowser('Markdown is rendered while it streams; what a model writes is no markup of the page', async () => {
  const page = await open();
  const call = await ask(page, 'Why?');
  call.say('# Title\n\nSome **bold** te', 'xt.\n\n```js\nconst a = ', '1;');
  await page.waitForSelector('article h1 >> text=Title');
  await page.waitForSelector('article strong >> text=bold');
  await page.waitForSelector('article pre code >> text=const a = 1;');
  expect(await page.locator('article .hljs-keyword').count()).toBe(0);
  call.say(
    '\n```\n\n<img src="https://example.org/x.png" onerror="boom()"> ![pixel](https://example.org/y.png) ',
  );
  call.say('[link](https://example.org) [bad](javascript:boom())\n\n<script>boom()</script>\n');
  call.finish();
  await answer(page, 'completed');
  await page.waitForSelector('article .hljs-keyword >> text=const');
  expect(
    await page
      .locator('article img, article script, article [onerror], article a[href^="javascript"]')
      .count(),
  ).toBe(0);
  expect(await textOf(page).textContent()).toContain('<script>boom()</script>');
  expect(await page.locator('article a >> text=link').getAttribute('rel')).toBe('noopener noreferrer');
});

inBrowser(
  'long code grows in pieces that stay, and is coloured in all of them; its text is exact',
  async () => {
    const page = await open();
    const call = await ask(page, 'Why?');
    const code = (from: number, to: number) =>
      Array.from(
        { length: to - from },
        (_, i) => `const value${from + i} = read("${from + i}"); // why\n${i % 9 === 8 ? '\n' : ''}`,
      ).join('');
    const [first, second] = [code(0, 150), code(150, 300)];
    call.say(`Look:\n\n\`\`\`ts\n${first}`);
    await shows(page, 'value149 ');
    await page.evaluate(`globalThis.piece = document.querySelector('article pre span')`);
    call.say(`${second}\`\`\`\n\nDone.`).finish();
    await answer(page, 'completed');
    await comesTrue(
      page,
      `[...document.querySelectorAll('article pre code > span')].every((piece) => piece.querySelector('.hljs-keyword'))`,
    );
    expect(await page.evaluate(`document.querySelector('article pre span') === globalThis.piece`)).toBe(true);
    expect(await page.locator('article pre').textContent()).toBe((first + second).trimEnd());
    expect(await page.locator('article pre').count()).toBe(1);
  },
);

inBrowser('a conversation is shown again by the very elements that showed it', async () => {
  const page = await open();
  const call = await ask(page, 'Why?');
  call.say('**So.**').finish();
  await answer(page, 'completed');
  await page.evaluate(`globalThis.shown = ${SHOWN}`);
  await page.click('[data-action="new-session"]');
  await isEmpty(page);
  await page.goBack();
  await shows(page, 'So.');
  expect(await page.evaluate(`${SHOWN} === globalThis.shown`)).toBe(true);
});

inBrowser('an answer goes on over a reload, and a failed one can be asked for again', async () => {
  const page = await open();
  const call = await ask(page, 'Why?');
  call.say('a', 'b', 'c', 'd', 'e');
  await shows(page, 'abcde');
  await page.reload();
  await shows(page, 'abcde');
  call.say('f');
  await shows(page, 'abcdef');
  call.break();
  await answer(page, 'error');
  await page.click('[data-action="retry"]');
  const again = await house.llm.call();
  again.say('whole').finish();
  await answer(page, 'completed');
  expect(await textOf(page).textContent()).toContain('whole');
});

inBrowser(
  'a screen reader is told of the beginning and the end of an answer, not of its chunks',
  async () => {
    const page = await open();
    const call = await ask(page, 'Why?');
    const said = () => page.locator('[role="status"]').textContent();
    await page.waitForSelector('[role="status"] >> text=The answer is being written.');
    call.say('a', 'b');
    await shows(page, 'ab');
    expect(await said()).toBe('The answer is being written.');
    expect(await page.locator('article[data-role="assistant"]').getAttribute('aria-busy')).toBe('true');
    const live = await page
      .locator('[aria-live]:not([aria-live="off"]) article, [role="log"] article')
      .count();
    expect(live).toBe(0);
    call.finish();
    await page.waitForSelector('[role="status"] >> text=The answer is finished.');
  },
);

for (const colorScheme of ['light', 'dark'] as const) {
  inBrowser(`axe finds nothing serious, whatever the page shows (${colorScheme})`, async () => {
    const signIn = await open('', { colorScheme, isSignedIn: false });
    await signIn.waitForSelector('form');
    expect(await seriousFaults(signIn)).toEqual([]);

    const page = await open('', { colorScheme });
    await page.waitForSelector('nav ul');
    expect(await seriousFaults(page)).toEqual([]);
    const call = await ask(page, 'Why?');
    call.say(
      '# Title\n\n- a\n- b\n\n```js\nconst a = "b"; // c\n```\n\n| a | b |\n|---|---|\n| 1 | [x](https://example.org) |\n\n> d',
    );
    await page.waitForSelector('article table');
    expect(await seriousFaults(page)).toEqual([]);
    call.break();
    await answer(page, 'error');
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 800 });
    await page.click('.toggle');
    expect(await seriousFaults(page)).toEqual([]);
    await page.context().setOffline(true);
    await page.waitForSelector('html[data-connection="offline"]');
    expect(await seriousFaults(page)).toEqual([]);
  });
}
