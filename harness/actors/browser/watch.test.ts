/** What the watcher tells of pages that have an answer's text and do not show all of it. In a real browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../../../tests/support/until.ts';
import { findBrowser } from '../../stack/browser/find.ts';
import { type Browser, startBrowser } from '../../stack/browser/launch.ts';
import type { PageParts } from '../../targets/page.ts';
import type { Batch } from './told.ts';
import { FLUSH, TELL, watcher } from './watch.ts';

const parts: PageParts = {
  conversation: { selector: 'main', session: 'data-session' },
  question: { selector: 'dt' },
  answer: {
    selector: 'dd',
    text: '.text',
    message: 'data-message',
    state: 'data-state',
    states: {},
    shortened: '.notice',
  },
};

let browser: Browser;
beforeAll(async () => {
  const found = await findBrowser('auto');
  if (!found.ok) throw new Error(`these tests need a browser: ${found.why}`);
  browser = await startBrowser(found.executable);
});
afterAll(() => browser.close());

interface Watched {
  page: Page;
  /** What is told to be shown, by session and question, when all has been told. */
  shown(): Promise<Record<string, string>>;
  /** The same, as far as the page has told it unasked. */
  told(): Record<string, string>;
  /** Whether it was told last of the answer that it became shorter. */
  shortened(): boolean;
}

async function watch(body: string): Promise<Watched> {
  const context = await browser.handle.newContext();
  onTestFinished(() => context.close());
  const answers = new Map<number, { of: string; text: string; shortened: boolean }>();
  await context.exposeBinding(TELL, (_, batch: string) => {
    for (const one of (JSON.parse(batch) as Batch).told) {
      if (one.what === 'gone') answers.delete(one.id);
      if (one.what !== 'answer') continue;
      const text = (answers.get(one.id)?.text ?? '').slice(0, one.kept) + one.text;
      answers.set(one.id, { of: `${one.session} ${one.question}`, text, shortened: one.shortened });
    }
  });
  await context.addInitScript(watcher(parts));
  const page = await context.newPage();
  await page.route('http://chat.test/', (route) =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html>${body}` }),
  );
  await page.goto('http://chat.test/');
  const told = () => Object.fromEntries([...answers.values()].map(({ of, text }) => [of, text]));
  const shown = async () => {
    await page.evaluate(FLUSH);
    return told();
  };
  return { page, shown, told, shortened: () => [...answers.values()].at(-1)!.shortened };
}

const SR_ONLY =
  'position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip:rect(0 0 0 0);white-space:nowrap';

/** An answer of which `on` styles one of its parts, or what stands around it. */
const answer = (on: Partial<Record<'main' | 'dd' | 'text' | 'part', string>>, more = '') =>
  `${more}<main data-session="kelp" style="${on.main ?? ''}"><dl><dt>ask</dt><dd style="${on.dd ?? ''}"><div class="text"
   style="${on.text ?? ''}">one <b style="${on.part ?? ''}">two <i>three</i></b> four</div></dd></dl></main>`;

const ALL = 'one two three four';
const WITHOUT_PART = 'one  four';

test.for<[title: string, body: string, text: string]>([
  ['what nothing hides', answer({}), ALL],
  ['display: none of the text', answer({ text: 'display:none' }), ''],
  ['display: none of the answer', answer({ dd: 'display:none' }), ''],
  ['display: none of a part', answer({ part: 'display:none' }), WITHOUT_PART],
  ['visibility: hidden', answer({ dd: 'visibility:hidden' }), ''],
  [
    'a part that is visible in what is hidden',
    answer({ text: 'visibility:hidden', part: 'visibility:visible' }),
    'two three',
  ],
  ['opacity: 0', answer({ dd: 'opacity:0' }), ''],
  ['opacity: 0 of a part', answer({ part: 'opacity:0' }), WITHOUT_PART],
  ['opacity above 0', answer({ dd: 'opacity:0.05' }), ALL],
  ['no height, and nothing flows over', answer({ text: 'height:0;overflow:hidden' }), ''],
  ['no height of what it stands in', answer({ dd: 'max-height:0;overflow:hidden' }), ''],
  ['no width, and nothing flows over', answer({ dd: 'width:0;overflow:clip' }), ''],
  ['no height, but it flows over', answer({ dd: 'height:0' }), ALL],
  ['scaled to nothing', answer({ text: 'transform:scale(0)' }), ''],
  ['letters of no size', answer({ text: 'font-size:0;line-height:20px' }), ''],
  ['letters of no size in a part', answer({ part: 'font-size:0' }), WITHOUT_PART],
  ['clipped by the old property', answer({ text: SR_ONLY }), ''],
  ['a part clipped by the old property', answer({ part: SR_ONLY }), WITHOUT_PART],
  ['clipped by a path', answer({ dd: 'clip-path:inset(50%)' }), ''],
  ['a part clipped by a path', answer({ part: 'clip-path:circle(0)' }), WITHOUT_PART],
  ['a path that leaves something', answer({ dd: 'clip-path:inset(10%)' }), ALL],
  ['display: contents', answer({ dd: 'display:contents', text: 'display:contents' }), ALL],
  ['display: contents in what is not rendered', answer({ dd: 'display:none', text: 'display:contents' }), ''],
  [
    'positioned in what it is not clipped by',
    answer({ main: 'position:relative', dd: 'height:0;overflow:hidden', text: 'position:absolute;top:50px' }),
    ALL,
  ],
  ['content-visibility: hidden', answer({ dd: 'content-visibility:hidden' }), ''],
  [
    'content-visibility: auto, far below what is in view',
    answer({ dd: 'content-visibility:auto' }, '<p style="height:20000px">'),
    ALL,
  ],
  [
    'a part of content-visibility: auto, far below what is in view',
    answer({ part: 'display:block;content-visibility:auto' }, '<p style="height:20000px">'),
    'one two three four',
  ],
  [
    'scrolled out of view',
    `<div style="height:50px;overflow:auto"><p style="height:9000px">${answer({})}</div>`,
    ALL,
  ],
  ['a sheet of styles', answer({}, '<style>dd b { display: none }</style>'), WITHOUT_PART],
])('%s', async ([, body, text]) => {
  const { shown } = await watch(body);
  expect((await shown())['kelp ask'] ?? '').toBe(text);
});

test('of conversations side by side the one that is shown', async () => {
  const room = (session: string, style: string) =>
    `<main data-session="${session}" style="${style}"><dt>ask</dt><dd><p class="text">of ${session}</p></dd></main>`;
  const { shown } = await watch(room('kelp', 'display:none') + room('tides', ''));
  expect(await shown()).toEqual({ 'tides ask': 'of tides' });
});

test.for<[title: string, change: string, text: string]>([
  ['its own style', `document.querySelector('.text').style.opacity = 0`, ''],
  ['a class far above', `document.body.className = 'brief'`, WITHOUT_PART],
  [
    'a new sheet of styles',
    `document.head.append(Object.assign(document.createElement('style'), { textContent: 'b { display: none }' }))`,
    WITHOUT_PART,
  ],
  [
    'a rule that no change of the document tells of',
    `document.styleSheets[0].insertRule('b { display: none }')`,
    WITHOUT_PART,
  ],
  [
    'what is beside it',
    `document.querySelector('b').before(Object.assign(document.createElement('u'), { className: 'hides' }))`,
    WITHOUT_PART,
  ],
])('text that was shown is hidden by %s', async ([, change, text]) => {
  const styles = '<style>.brief b, .hides + b { display: none }</style>';
  const { page, shown } = await watch(answer({}, styles));
  expect(await shown()).toEqual({ 'kelp ask': ALL });
  await page.evaluate(change);
  expect(await shown()).toEqual({ 'kelp ask': text });
});

test('what fades in comes to be shown without any change of the document', async () => {
  const fades =
    '<style>@keyframes in { from { opacity: 0 } } .text { animation: in 50ms 300ms both }</style>';
  const { told } = await watch(answer({}, fades));
  await until('its text is told unasked', () => told()['kelp ask'] === ALL);
});

test('what no event tells of comes to be shown, too', async () => {
  const { page, shown, told } = await watch(answer({ text: 'opacity:0' }));
  expect(await shown()).toEqual({ 'kelp ask': '' });
  await page.evaluate(
    `document.querySelector('.text').animate([{ opacity: 0.5 }, { opacity: 1 }], { duration: 1e6 }) && undefined`,
  );
  await until('its text is told unasked', () => told()['kelp ask'] === ALL);
});

test('a notice that nobody can see excuses nothing', async () => {
  const { page, shown, shortened } = await watch(answer({}));
  const notice = (style: string) =>
    `document.querySelector('dd').insertAdjacentHTML('beforeend', '<p class="notice" style="${style}">shorter</p>')`;
  await page.evaluate(notice('display:none'));
  await shown();
  expect(shortened()).toBe(false);
  await page.evaluate(`document.querySelector('.notice').remove()`);
  await page.evaluate(notice(''));
  await shown();
  expect(shortened()).toBe(true);
});
