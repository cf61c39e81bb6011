/** Writes the reports of a run beside its history. */
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHistory } from '../harness/history/index.ts';
import type { Results } from '../harness/runs/results.ts';
import { renderReport } from './html/report.ts';
import { renderJUnit } from './junit.ts';
import { shown } from './shown.ts';
import { createTimelineFold, type Timeline } from './timeline.ts';

/** Paths of what was written. */
export interface Written {
  report: string;
  junit: string;
}

/**
 * Writes report.html and junit.xml into the run's folder; an earlier one is replaced as a whole or not at all.
 * A run that ended before it had a history gets a report without timelines.
 */
export async function writeReports(runDir: string, results: Results): Promise<Written> {
  const timeline = await readTimeline(join(runDir, 'history.jsonl'), results);
  const written = { report: join(runDir, 'report.html'), junit: join(runDir, 'junit.xml') };
  await replace(written.report, renderReport(results, timeline));
  await replace(written.junit, renderJUnit(results));
  return written;
}

async function readTimeline(path: string, results: Results): Promise<Timeline> {
  const fold = createTimelineFold(shown(results));
  if (existsSync(path)) for await (const event of readHistory(path)) fold.push(event);
  return fold.finish();
}

async function replace(path: string, content: string): Promise<void> {
  const draft = `${path}.part`;
  await writeFile(draft, content);
  await rename(draft, path);
}
