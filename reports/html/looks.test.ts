/** Reports in a real browser: light and dark, wide and narrow, for whoever sees them and for whoever does not. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Results } from '../../harness/runs/results.ts';
import { findBrowser } from '../../harness/stack/browser/find.ts';
import { type Browser, startBrowser } from '../../harness/stack/browser/launch.ts';
import { shown } from '../shown.ts';
import { createSample, type Sample } from '../testing/sample.ts';
import { createLoadSample } from '../testing/sample-load.ts';
import { createTimelineFold } from '../timeline.ts';
import { renderReport } from './report.ts';

const found = await findBrowser('auto');
if (!found.ok) console.warn(`How reports look is not tested, for want of a browser: ${found.why}`);

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
beforeAll(async () => {
  if (found.ok) browser = await startBrowser(found.executable);
});
afterAll(() => browser?.close());

function render({ results, history }: Sample): string {
  const fold = createTimelineFold(shown(results));
  for (const event of history) fold.push(event);
  return renderReport(results, fold.finish());
}

const sample = createSample();
const but = (more: Partial<Results>) => render({ ...sample, results: { ...sample.results, ...more } });
const REPORTS = {
  'before and after': render(sample),
  'all passed': render(createSample({ persistence: ['checkpoint'], repeat: 3 })),
  load: but({ load: createLoadSample() }),
  'a failure of the harness': but({
    verdict: 'unknown',
    scenarios: [],
    failure: { code: 'HF_POSTGRES_UNAVAILABLE', message: `PostgreSQL did not start: ${'x'.repeat(200)}` },
  }),
};

/** What sticks out of the page and does not stand in something that scrolls by itself. */
const STICKS_OUT = `[...document.querySelectorAll('body *')]
  .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('.scroll, .command'))
  .map((it) => it.outerHTML.slice(0, 200))`;

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

const looks = Object.keys(REPORTS).flatMap((name) =>
  (['light', 'dark'] as const).map((scheme) => ({ name: name as keyof typeof REPORTS, scheme })),
);

test.skipIf(!found.ok).for(looks)('$name, $scheme', async ({ name, scheme }) => {
  const context = await browser.handle.newContext({ colorScheme: scheme });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.setContent(REPORTS[name]);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect({ width, wider, out: await page.evaluate(STICKS_OUT) }).toEqual({ width, wider: 0, out: [] });
  }
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] };
  expect(violations.map(({ id, nodes }) => [id, nodes[0]!.html, nodes[0]!.failureSummary])).toEqual([]);
});
