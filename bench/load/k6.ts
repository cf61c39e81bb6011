/** The same answers read by stock k6, a VU a stream: it keeps each body whole, and parses nothing here. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { questionOf } from '../../harness/load/plan.ts';
import { bareLlm } from './bare-llm.ts';

export interface K6Cost {
  events: number;
  microseconds: number;
  bytesAVu: number;
}

export interface Streams {
  origin: string;
  streams: number;
  chunks: number;
  gap: number;
  seed: number;
}

/** Linux counts CPU time in these, ms. */
const TICK = 10;

/** @returns null where K6_BIN names none, or this system does not tell what a process uses */
export async function readByK6({ origin, streams, chunks, gap, seed }: Streams): Promise<K6Cost | null> {
  const k6 = process.env.K6_BIN;
  if (!k6 || process.platform !== 'linux') return null;
  const answers = { chunks, pace: { first: 100, gap } };
  const bodies = Array.from({ length: streams }, (_, n) => {
    const { text, key } = questionOf({ seed, answers }, n, 0);
    return JSON.stringify(bareLlm.send({ session: '', text, key }).json);
  });
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-k6-'));
  try {
    const script = join(folder, 'read.js');
    await writeFile(
      script,
      `import http from 'k6/http';
import { SharedArray } from 'k6/data';
import { check } from 'k6';
const bodies = new SharedArray('bodies', () => ${JSON.stringify(bodies)});
export const options = { scenarios: { read: { executor: 'per-vu-iterations', vus: ${streams}, iterations: 1, maxDuration: '10m' } },
  thresholds: { checks: ['rate==1'] } };
export default () => {
  const answer = http.post('${origin}/v1/chat/completions', bodies[__VU - 1], { headers: { 'content-type': 'application/json' }, timeout: '600s' });
  check(answer, { whole: ({ status, body }) => status === 200 && body.endsWith('[DONE]\\n\\n') });
};
`,
    );
    const child = spawn(k6, ['run', '--quiet', '--no-usage-report', script], { stdio: 'ignore' });
    let ticks = 0;
    let most = 0;
    const looking = setInterval(() => {
      const use = useOf(child.pid!);
      if (!use) return;
      ticks = Math.max(ticks, use.ticks);
      most = Math.max(most, use.resident);
    }, 50);
    const [code] = await once(child, 'exit');
    clearInterval(looking);
    if (code !== 0) throw new Error(`k6 ended with exit code ${code}: not every answer came whole`);
    return { events: streams * chunks, microseconds: ticks * TICK * 1_000, bytesAVu: most / streams };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function useOf(pid: number): { ticks: number; resident: number } | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    // One that has just ended uses no memory any more, and its time is still told.
    return { ticks: Number(fields[11]) + Number(fields[12]), resident: Number(kib ?? 0) * 1_024 };
  } catch {
    return undefined;
  }
}
