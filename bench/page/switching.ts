/** How long it takes from the choice of a session that the page holds until all of it is shown. */
import pg from 'pg';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';
import { markdown } from './texts.ts';
import { type MainThread, whileTraced } from './trace.ts';

const SESSIONS = 8;
/** Questions with their answers, of each session. */
const TURNS = 12;
/** UTF-16 units of an answer. */
const ANSWER = 2_500;
const SWITCHES = 100;

export interface Switching {
  /** ms from the choice to the document that holds all of it, sorted. */
  shown: number[];
  /** ms from the choice to the frame that shows it, sorted; waiting for the screen's next frame is part of it. */
  painted: number[];
  thread: MainThread;
  bytes: number;
}

export async function measureSwitching({ open, browser, databaseUrl }: Stage): Promise<Switching> {
  const sessions = await conversations(databaseUrl);
  const page = await open(`?session=${sessions[0]}`);
  const lengths = new Map<string, number>();
  for (const session of sessions) {
    await page.click(`nav [data-session="${session}"]`);
    await page.waitForSelector(
      `[data-session="${session}"][data-loading="false"] article:nth-of-type(${TURNS * 2})`,
    );
    lengths.set(session, await page.evaluate(LENGTH));
  }
  const shown: number[] = [];
  const painted: number[] = [];
  const thread = await whileTraced(browser, page, async () => {
    for (let n = 0; n < SWITCHES; n++) {
      const session = sessions[n % SESSIONS]!;
      const seen = await choose(page, session);
      if (seen.length !== lengths.get(session)) throw new Error('a switch showed less than the page holds');
      shown.push(seen.shown);
      painted.push(seen.painted);
      await page.waitForSelector(`[data-session="${session}"][data-loading="false"]`);
    }
  });
  await page.context().close();
  const sorted = (values: number[]) => values.sort((a, b) => a - b);
  return { shown: sorted(shown), painted: sorted(painted), thread, bytes: TURNS * ANSWER };
}

const LENGTH = `document.querySelector('[data-part="conversation"] .messages').textContent.length`;

/** Within the page, where the clock of its marks is. What is shown is measured in the frame that first shows it. */
function choose(page: Page, session: string): Promise<{ shown: number; painted: number; length: number }> {
  return page.evaluate(`new Promise((resolve) => {
    performance.clearMarks();
    document.querySelector('nav [data-session="${session}"]').click();
    requestAnimationFrame(() => {
      const length = ${LENGTH};
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const painted = performance.now();
        const at = (name) => performance.getEntriesByName(name).at(-1).startTime;
        const chosen = at('chat:switch');
        resolve({ shown: at('chat:switch-shown') - chosen, painted: painted - chosen, length });
      };
      port2.postMessage(null);
    });
  })`);
}

async function conversations(databaseUrl: string): Promise<string[]> {
  const db = new pg.Client(databaseUrl);
  await db.connect();
  try {
    const sessions: string[] = [];
    for (let n = 0; n < SESSIONS; n++) {
      const { rows } = await db.query(`INSERT INTO ai_chat_sessions (user_id) VALUES ('alice') RETURNING id`);
      sessions.push(rows[0].id);
      for (let turn = 0; turn < TURNS; turn++) {
        await db.query(
          `WITH question AS (
             INSERT INTO ai_chat_messages (session_id, role, content) VALUES ($1, 'user', $2) RETURNING id)
           INSERT INTO ai_chat_messages (session_id, role, content, reply_to)
             SELECT $1, 'assistant', $3, id FROM question`,
          [rows[0].id, `Question ${turn} of ${n}?`, markdown(n * TURNS + turn, ANSWER)],
        );
      }
    }
    return sessions;
  } finally {
    await db.end();
  }
}
