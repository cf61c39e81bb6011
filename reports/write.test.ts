import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createSample } from './testing/sample.ts';
import { writeReports } from './write.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function runFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-reports-'));
  folders.push(folder);
  return folder;
}

it('writes the reports beside the history, and again over the earlier ones', async () => {
  const folder = runFolder();
  const { history, results } = createSample();
  writeFileSync(join(folder, 'history.jsonl'), history.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const written = await writeReports(folder, results);
  const first = readFileSync(written.report, 'utf8');
  expect(first).toContain('id="t-network_api_at-end_1"');
  expect(await writeReports(folder, results)).toEqual(written);
  expect(readFileSync(written.report, 'utf8')).toBe(first);
  expect(readFileSync(written.junit, 'utf8')).toMatch(/^<\?xml/);
  expect(readdirSync(folder).sort()).toEqual(['history.jsonl', 'junit.xml', 'report.html']);
});

it('writes a report of a run that never had a history', async () => {
  const folder = runFolder();
  const { results } = createSample();
  const failure = { code: 'HF_LISTEN', message: 'the mock LLM could not listen' };
  const written = await writeReports(folder, { ...results, scenarios: [], verdict: 'unknown', failure });
  expect(readFileSync(written.report, 'utf8')).toContain('the mock LLM could not listen');
});
