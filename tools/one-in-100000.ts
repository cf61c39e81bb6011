/**
 * Plants the loss of one chunk in one of 100,000 streams, and looks whether it is found, named and located, and nothing
 * else is blamed. Through everything: mock LLM, reference server, PostgreSQL, and the load engine that checks each chunk
 * of each stream while it comes.
 *
 *     node tools/one-in-100000.ts [--streams 100000] [--rate 250] [--users 200] [--seed <number>] [--persistence append]
 *
 * Which stream and which chunk, the seed decides. Ends with 0 where exactly that was found, and no process of holdfast
 * or of what it tests grew. A machine that does not bear the rate (streams a second) takes longer, which is told.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from '../harness/load/load.ts';
import { questionOf } from '../harness/load/plan.ts';
import { createDraw, seedOf } from '../harness/runs/draw.ts';
import { interruption } from '../harness/runs/interruption.ts';
import { oracle } from '../mock-llm/oracle.ts';
import { liveLine } from '../reports/load-live.ts';
import { loadSummary } from '../reports/load-summary.ts';

const CHUNKS = 10;
/** ms between two chunks. */
const GAP = 1;
/** Seconds between two lines that tell how far it is. */
const TELL_EVERY = 15;
/** What fails where one view lacks a chunk in the middle: it is not all, was no beginning of it, and no other view agrees. */
const NAMED_BY = ['no-loss', 'prefix-order', 'convergence'];

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '250' },
    users: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    persistence: { type: 'string', default: 'append' },
  },
});
const [streams, rate, users, seed] = [values.streams, values.rate, values.users, values.seed].map(Number) as [
  number,
  number,
  number,
  number,
];

const draw = createDraw(seedOf(seed, 'loss'));
const visit = draw.between(0, streams - 1);
const { text, spec } = questionOf(
  { seed, answers: { chunks: CHUNKS, pace: { first: 200, gap: GAP } } },
  visit,
  0,
);
const chunk = chunkToLose();
process.env.HOLDFAST_LOSES = `seed=${spec.seed.toString(36)} `;
process.env.HOLDFAST_LOSES_CHUNK = String(chunk);
console.log(`seed ${seed}: stream ${visit} of ${streams} will lose chunk ${chunk} (${text})`);

const out = mkdtempSync(join(tmpdir(), 'holdfast-one-in-'));
let told = 0;
try {
  const { results } = await load(
    {
      config: fileURLToPath(new URL('./one-in-100000/holdfast.config.ts', import.meta.url)),
      arrivals: 'constant',
      rate,
      users,
      warmup: 0,
      // Half a gap more than streams take: the last of them comes at its end.
      duration: Math.ceil(((streams + 0.5) * 1_000) / rate),
      chunks: String(CHUNKS),
      gap: `${GAP}ms`,
      mix: 'stay=1',
      workers: 1,
      persistence: values.persistence,
      seed,
      postgres: 'auto',
      out,
    },
    {
      onSecond(series, _, workers) {
        const second = series.latest(workers);
        if (!second || second.at < told + TELL_EVERY) return;
        told = second.at;
        console.log(`${second.at} s, ${series.totals().judged} judged: ${liveLine(second)}`);
      },
    },
    interruption(),
  );
  process.exitCode = report(results) ? 0 : 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}

/**
 * Not the last: that it is missing would be no gap, but an end that came too soon. Nor one that says the same as the next:
 * which of the two is missing nobody could tell.
 */
function chunkToLose(): number {
  const said = (n: number) => oracle(spec.seed, 0, n, spec.mode);
  for (;;) {
    const n = draw.between(0, CHUNKS - 2);
    if (said(n) !== said(n + 1)) return n;
  }
}

function report({
  scenarios,
  load: played,
  failure,
  durationMs,
}: Awaited<ReturnType<typeof load>>['results']) {
  if (!played) {
    console.log(`the load was not played: ${failure?.message}`);
    return false;
  }
  for (const line of loadSummary(played)) console.log(line);
  const failed = scenarios.flatMap(({ id, checks }) =>
    checks.filter(({ verdict }) => verdict === 'fail').map((check) => ({ row: id, ...check })),
  );
  for (const { row, id, violations } of failed)
    for (const { actual, place, where } of violations)
      console.log(`found by ${row}: ${id}: ${actual}; ${place}; ${where}`);
  const { counts, memory } = played;
  const missing = failed.find(({ id }) => id === 'no-loss')?.violations ?? [];
  const located =
    missing.length === 1 &&
    missing[0]!.actual === `${CHUNKS - 1} of ${CHUNKS} chunks; missing: chunk ${chunk}` &&
    missing[0]!.where.startsWith(`user-${visit}-tab-1,`);
  const judged: [what: string, holds: boolean][] = [
    [`all ${streams} streams were read to their end and judged`, counts.answers >= streams],
    [`chunk ${chunk} of stream ${visit} was found and located`, located],
    [
      `it was named by ${NAMED_BY.join(', ')}, and by no other`,
      failed.map(({ id }) => id).join() === NAMED_BY.join() &&
        failed.every(({ violations }) => violations.every(({ where }) => where.includes(`user-${visit}-`))),
    ],
    [
      `none of the other ${counts.visits - 1} alarmed, or was left unknown`,
      counts.failed === 1 && counts.lost === 1 && counts.passed === counts.visits - 1,
    ],
    ['no process grew', memory.length > 0 && memory.every(({ verdict }) => verdict !== 'grows')],
  ];
  for (const [what, holds] of judged) console.log(`${holds ? '✓' : '✗'} ${what}`);
  console.log(`${Math.round(durationMs / 1_000)} s`);
  return judged.every(([, holds]) => holds);
}
