/** What it costs the main thread to show 4,000 chunks of Markdown as they come. */
import type { Stage } from './stage.ts';
import { chunksOf, KINDS, type Kind } from './texts.ts';
import { type MainThread, whileTraced } from './trace.ts';

export const CHUNKS = 4_000;
/** ms between two chunks: faster than anybody reads, and than most models write. */
export const GAP = 3;
/** ms in which what the end of an answer brings is drawn. */
const AFTER = 500;
const WITHIN = 60_000;

export interface Rendering extends MainThread {
  kind: Kind;
}

export async function measureRendering(stage: Stage): Promise<Rendering[]> {
  const renderings: Rendering[] = [];
  for (const kind of KINDS) {
    const chunks = chunksOf(kind, CHUNKS);
    await stage.saying(chunks, GAP, async () => {
      const page = await stage.open(`?session=${await stage.newSession()}`);
      await page.fill('textarea[name="question"]', 'Why?');
      const thread = await whileTraced(stage.browser, page, async () => {
        await page.keyboard.press('Enter');
        await page.waitForSelector('article[data-state="completed"]', { timeout: WITHIN });
        await page.waitForTimeout(AFTER);
      });
      renderings.push({ kind, ...thread });
      await page.context().close();
    });
  }
  return renderings;
}
