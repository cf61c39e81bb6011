/** What the page is measured on: the reference server on a database of its own, the mock LLM, a proxy, a browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Device } from '../../harness/faults/device.ts';
import { createSource } from '../../harness/history/index.ts';
import { thenTidy, withGround, withStack } from '../../harness/runs/standing.ts';
import { findBrowser } from '../../harness/stack/browser/find.ts';
import { startBrowser } from '../../harness/stack/browser/launch.ts';
import { reference } from '../../harness/targets/reference.ts';
import { parseRecording } from '../../mock-llm/recording.ts';
import { startMockLlm } from '../../mock-llm/server.ts';

export interface Stage {
  browser: Browser;
  databaseUrl: string;
  /** Between page and server. */
  device: Device;
  /** A page in a browser context of its own that shows this session, signed in. */
  open(query: string): Promise<Page>;
  /** A new session of the signed-in user. */
  newSession(): Promise<string>;
  /** While `work` runs, the server's LLM says these chunks in answer to any question, so many ms apart. Then it has none. */
  saying(chunks: readonly string[], gap: number, work: () => Promise<void>): Promise<void>;
  environment: { browser: string; postgres: string };
}

/** ms between two questions of a page that polls: shorter than the server's default, to measure more of them. */
export const POLL = 500;
const TOKEN = 'alice-token';

export async function withStage<T>(use: (stage: Stage) => Promise<T>): Promise<T> {
  const found = await findBrowser('auto');
  if (!found.ok) throw new Error(`The page cannot be measured without a browser: ${found.why}`);
  const runDir = await mkdtemp(join(tmpdir(), 'holdfast-bench-page-'));
  const recorder = createSource('bench', () => {});
  /** In place of the stack's. */
  let llmUrl: string | undefined;
  const target: typeof reference = {
    ...reference,
    launch(around) {
      const plan = reference.launch(llmUrl === undefined ? around : { ...around, llmUrl });
      return { ...plan, env: { ...plan.env, PAGE_POLL_MS: String(POLL) } };
    },
  };
  const died = Promise.withResolvers<never>();
  died.promise.catch(() => {});
  const ground = { postgres: 'auto' as const, recorder, logFile: join(runDir, 'postgres.log') };
  return thenTidy(
    () =>
      withGround(ground, ({ guardian, postgres, death }) => {
        const plan = {
          target,
          persistence: 'checkpoint',
          defects: [],
          postgres,
          runDir,
          recorder,
          recorderFor: () => recorder,
          guardian,
          ledger: 'calls' as const,
          onDeath: died.reject,
        };
        return withStack(plan, async (stack) => {
          const browser = await startBrowser(found.executable, { guardian, onDeath: died.reject });
          const device = await stack.proxy.device('page');
          const stage: Stage = {
            browser: browser.handle,
            databaseUrl: stack.databaseUrl,
            device,
            async open(query) {
              const context = await browser.handle.newContext();
              const page = await context.newPage();
              await page.addInitScript(`localStorage.setItem('chat-token', '${TOKEN}')`);
              await page.goto(`${device.url}/${query}`);
              await page.waitForSelector('html[data-connection="online"]');
              return page;
            },
            async newSession() {
              const answer = await fetch(`${device.url}/api/v1/chat/sessions`, {
                method: 'POST',
                headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
                body: '{}',
              });
              return ((await answer.json()) as { id: string }).id;
            },
            async saying(chunks, gap, work) {
              const llm = await startMockLlm({ replays: [recordingOf(chunks, gap)] });
              await thenTidy(
                async () => {
                  llmUrl = `${llm.url}/v1`;
                  await stack.restartTarget();
                  await work();
                },
                () => llm.close(),
              );
            },
            environment: { browser: `Chromium ${browser.version}`, postgres: postgres.version },
          };
          return thenTidy(
            () => Promise.race([use(stage), died.promise, death]),
            () => browser.close(),
          );
        });
      }),
    () => rm(runDir, { recursive: true, force: true }),
  );
}

function recordingOf(chunks: readonly string[], gap: number) {
  const head = {
    recording: 1,
    path: '/v1/chat/completions',
    model: 'any',
    stream: true,
    status: 200,
    contentType: 'text/event-stream',
  };
  const event = (data: string) => `data: ${data}\n\n`;
  const delta = (content: string) => event(JSON.stringify({ choices: [{ index: 0, delta: { content } }] }));
  const end = (chunks.length + 1) * gap;
  const stop = event('{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}');
  const lines = [
    head,
    ...chunks.map((content, i) => ({ t: (i + 1) * gap, frame: delta(content) })),
    { t: end, frame: stop },
    { t: end, frame: event('[DONE]') },
    { t: end, end: 'complete' },
  ];
  return parseRecording('bench', lines.map((line) => JSON.stringify(line)).join('\n'));
}
