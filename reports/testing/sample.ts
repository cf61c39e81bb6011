/**
 * A run as a target might leave it: its history and its results, made up but consistent, so that reports can be
 * tested and looked at without a stack. `at-end` loses what was cut, `checkpoint` loses nothing, and the two
 * tabs never overlap, which nobody can judge.
 */
import { createSource, type Recorded, type Recorder } from '../../harness/history/index.ts';
import type { CheckResult, Metric, Results, ScenarioResult } from '../../harness/runs/results.ts';
import { oracle, oracleText } from '../../mock-llm/oracle.ts';

export interface Sample {
  results: Results;
  history: Recorded[];
}

export interface SampleOptions {
  persistence?: readonly string[];
  repeat?: number;
  /** Chunks of each answer. */
  chunks?: number;
}

const SCENARIOS = [
  ['refresh', 'Refresh during generation'],
  ['network', 'Network interruption'],
  ['switch', 'Session switch'],
  ['tabs', 'Concurrent tabs'],
] as const;

const CHECKERS =
  'no-loss no-duplication prefix-order cursor-exact isolation early-visibility timely-delivery bounded-exposure eventual-end one-terminal truthful-status one-generation cancel-honoured convergence access hygiene coverage'.split(
    ' ',
  );

export function createSample(options: SampleOptions = {}): Sample {
  const { persistence = ['at-end', 'checkpoint'], repeat = 1, chunks = 40 } = options;
  const history: Recorded[] = [];
  const stage: Stage = {
    harness: createSource('harness', (event) => history.push(event)),
    llm: createSource('llm', (event) => history.push(event), 0.4),
    history,
    clock: 10_000,
    chunks,
  };
  const scenarios: ScenarioResult[] = [];
  for (const mode of persistence) {
    for (let repetition = 1; repetition <= repeat; repetition++) {
      for (const [id, title] of SCENARIOS) scenarios.push(perform(stage, { id, title, mode, repetition }));
    }
  }
  const worst = (['fail', 'unknown'] as const).find((v) => scenarios.some((s) => s.verdict === v));
  return {
    history,
    results: {
      version: 1,
      run: '2026-03-14T09-26-53-seed-42',
      seed: 42,
      command: `holdfast verify --seed 42 --persistence ${persistence.join(',')}`,
      verdict: worst ?? 'pass',
      startedAt: '2026-03-14T09:26:53.589Z',
      durationMs: stage.clock - 10_000,
      environment: {
        holdfast: '0.1.0',
        commit: '0123456789abcdef0123456789abcdef01234567',
        node: '24.21.0',
        os: 'Linux 6.12',
        cpu: 'Example CPU @ 3.00GHz',
        cores: 2,
        memoryGiB: 8,
        postgres: 'embedded 18.4',
        browser: 'Chromium 140 at /usr/bin/chromium (system)',
        target: 'reference',
      },
      defects: [],
      scenarios,
      skipped: [{ what: 'driver browser', why: 'no browser was found', allowed: true }],
      flaws: [],
      failure: null,
      load: null,
    },
  };
}

interface Stage {
  harness: Recorder;
  llm: Recorder;
  history: Recorded[];
  clock: number;
  chunks: number;
}

interface Part {
  id: string;
  title: string;
  mode: string;
  repetition: number;
}

function perform(stage: Stage, part: Part): ScenarioResult {
  const play = `${part.id}/api/${part.mode}/${part.repetition}`;
  const harness = stage.harness.forPlay(play);
  const llm = stage.llm.forPlay(play);
  const begin = stage.clock;
  const from = stage.history.length;
  const lossy = part.mode === 'at-end' && part.id !== 'tabs';
  const seeds = part.id === 'tabs' ? [7001, 7002] : [7000];
  const actors = part.id === 'tabs' ? ['alice-tab-1', 'alice-tab-2'] : ['alice'];
  const struckAt = Math.min(12, stage.chunks);
  const strikes =
    part.id === 'network' ? [`reset alice's stream after chunk ${struckAt}; heal 5 s later`] : [];

  stage.harness.record(
    { type: 'process', name: 'target', pid: 4711, state: 'started', planned: true },
    { t: begin },
  );
  stage.harness.record(
    { type: 'process', name: 'target', pid: 4711, state: 'ready', planned: true },
    { t: begin + 210 },
  );
  const start = begin + 220;
  harness.record(
    {
      type: 'plan',
      scenario: part.id,
      driver: 'api',
      persistence: part.mode,
      seed: 42,
      repetition: part.repetition,
      sends: seeds.map((seed) => ({ seed, chunks: stage.chunks, mode: 'marked' })),
      feeds: ['no-loss', 'coverage'],
      coverage: [],
      target: {
        name: 'reference',
        capabilities: {
          cursor: 'index',
          resume: 'append',
          replayAfterEnd: true,
          idempotentSend: true,
          stop: true,
          status: true,
          checkpointEvery: 5,
          checkpointWithin: 2000,
          afterCrash: 'error-with-partial',
          users: true,
        },
      },
      bounds: { end: 10_000, delivery: 1000, cancel: 2000 },
      strikes,
    },
    { t: start },
  );
  harness.record({ type: 'phase', phase: 'play' }, { t: start });

  let end = start;
  seeds.forEach((seed, index) => {
    const away = part.id === 'network' ? 5000 : part.id === 'switch' ? 400 : part.id === 'refresh' ? 90 : 0;
    end = Math.max(
      end,
      speak({
        harness,
        llm,
        stage,
        seed,
        actor: actors[index]!,
        play,
        lossy,
        away,
        struckAt,
        // The second tab speaks only when the first is done.
        start: index === 0 ? start + 10 : end + 40,
        kind: part.id,
      }),
    );
  });
  for (const [phase, after] of [
    ['heal', 10],
    ['quiet', 20],
    ['read', 320],
    ['done', 380],
  ] as const) {
    harness.record({ type: 'phase', phase }, { t: end + after });
  }
  for (const seed of seeds) {
    const op = `${play}/read-${seed}`;
    const view = `${op}/view`;
    const text = lossy ? '' : oracleText(seed, 0, stage.chunks);
    harness.record({ type: 'invoke', op, f: 'read', actor: 'fresh-reader', send: seed }, { t: end + 325 });
    harness.record(
      { type: 'view.open', view, actor: 'fresh-reader', send: seed, kind: 'snapshot', fresh: true },
      { t: end + 335 },
    );
    harness.record({ type: 'seen', view, send: seed, how: 'set', text }, { t: end + 335 });
    harness.record({ type: 'ok', op, f: 'read', actor: 'fresh-reader', send: seed }, { t: end + 337 });
    row(harness, { play, seed, text, lossy, done: true, final: true, t: end + 345 });
  }
  stage.harness.record(
    { type: 'process', name: 'target', pid: 4711, state: 'exited', planned: true },
    { t: end + 400 },
  );
  stage.clock = end + 500;
  return judge(stage, part, { play, from, lossy, durationMs: end + 380 - start, strikes });
}

interface Speech {
  harness: Recorder;
  llm: Recorder;
  stage: Stage;
  seed: number;
  actor: string;
  play: string;
  lossy: boolean;
  /** ms for which the reader is gone in the middle; 0: it never goes. */
  away: number;
  struckAt: number;
  start: number;
  kind: string;
}

/** One answer from the question to its end, with the reader gone in the middle. Returns when it was over. */
function speak(speech: Speech): number {
  const { harness, llm, stage, seed, actor, play, lossy, away, struckAt, start, kind } = speech;
  const call = `${play}/call-${seed}`;
  const view = `${play}/view-${seed}`;
  const send = `${play}/send-${seed}`;
  const spec = { seed, chunks: stage.chunks, mode: 'marked' } as const;
  harness.record({ type: 'invoke', op: send, f: 'send', actor, send: seed, spec }, { t: start });
  harness.record({ type: 'view.open', view, actor, send: seed, kind: 'live' }, { t: start });
  harness.record(
    { type: 'stream.open', stream: `${view}/1`, view, send: seed, actor, cursor: null },
    { t: start + 1 },
  );
  llm.record({ type: 'llm.call', call, send: seed, attempt: 0 }, { t: start + 14 });
  llm.record({ type: 'llm.held', call, send: seed, attempt: 0, at: -1 }, { t: start + 14 });
  row(harness, { play, seed, text: '', lossy, done: false, t: start + 50 });
  llm.record({ type: 'llm.released', call, send: seed, attempt: 0, at: -1 }, { t: start + 80 });
  harness.record({ type: 'ok', op: send, f: 'send', actor, send: seed, http: 200 }, { t: start + 12 });

  let t = start + 90;
  const cutAt = t + struckAt * 25;
  const backAt = cutAt + away;
  let held = '';
  let saved = '';
  let emitted = 0;
  for (let i = 0; i < stage.chunks; i++, t += 25) {
    if (lossy && t > cutAt) break;
    const text = oracle(seed, 0, i);
    llm.record({ type: 'llm.chunk', call, send: seed, attempt: 0, i }, { t });
    emitted++;
    if (away === 0 || t < cutAt) {
      held += text;
      harness.record(
        { type: 'seen', view, send: seed, how: 'append', text, stream: `${view}/1` },
        { t: t + 2 },
      );
    }
    if (emitted % 5 === 0) {
      saved = oracleText(seed, 0, emitted);
      row(harness, { play, seed, text: saved, lossy, done: false, t: t + 7 });
    }
  }
  llm.record(
    { type: 'llm.end', call, send: seed, attempt: 0, how: lossy ? 'aborted' : 'completed', chunks: emitted },
    { t },
  );
  if (away === 0) {
    harness.record({ type: 'view.end', view, send: seed, state: 'completed' }, { t: t + 3 });
    harness.record(
      { type: 'stream.close', stream: `${view}/1`, view, send: seed, why: 'terminal' },
      { t: t + 3 },
    );
    return t + 3;
  }
  const why = kind === 'network' ? 'broken' : 'client';
  if (kind === 'network') {
    const fault = { fault: `${play}/cut`, kind: 'reset', at: actor, send: seed } as const;
    harness.record({ type: 'fault', ...fault, state: 'armed' }, { t: start + 5 });
    harness.record({ type: 'fault', ...fault, state: 'struck', live: 1 }, { t: cutAt });
    harness.record({ type: 'fault', ...fault, state: 'healed' }, { t: backAt });
  } else {
    const f = kind === 'refresh' ? 'refresh' : 'switch';
    harness.record({ type: 'invoke', op: `${play}/${f}`, f, actor, send: seed }, { t: cutAt });
    harness.record(
      { type: 'ok', op: `${play}/${f}`, f, actor, send: seed, length: held.length },
      { t: backAt },
    );
  }
  harness.record({ type: 'stream.close', stream: `${view}/1`, view, send: seed, why }, { t: cutAt });
  const cursor = `${seed}:${held.length}`;
  harness.record(
    { type: 'stream.open', stream: `${view}/2`, view, send: seed, actor, cursor },
    { t: backAt + 4 },
  );
  if (lossy) {
    harness.record(
      {
        type: 'stream.close',
        stream: `${view}/2`,
        view,
        send: seed,
        why: 'refused',
        http: 404,
        code: 'NOT_FOUND',
      },
      { t: backAt + 9 },
    );
    return backAt + 9;
  }
  const over = Math.max(t, backAt) + 30;
  harness.record(
    {
      type: 'seen',
      view,
      send: seed,
      how: 'append',
      text: oracleText(seed, 0, stage.chunks, 'marked', struckAt),
      stream: `${view}/2`,
    },
    { t: over - 10 },
  );
  harness.record({ type: 'view.end', view, send: seed, state: 'completed' }, { t: over });
  harness.record(
    { type: 'stream.close', stream: `${view}/2`, view, send: seed, why: 'terminal' },
    { t: over },
  );
  return over;
}

interface Row {
  play: string;
  seed: number;
  text: string;
  lossy: boolean;
  done: boolean;
  final?: boolean;
  t: number;
}

function row(harness: Recorder, { play, seed, text, lossy, done, final, t }: Row): void {
  const op = `${play}/probe-${t}`;
  harness.record({ type: 'invoke', op, f: 'probe', actor: 'probe', send: seed }, { t: t - 3 });
  harness.record(
    {
      type: 'row',
      op,
      send: seed,
      asked: t - 3,
      text: lossy ? '' : text,
      state: lossy ? 'absent' : done ? 'completed' : 'generating',
      question: true,
      ...(final && { final }),
    },
    { t },
  );
  harness.record({ type: 'ok', op, f: 'probe', actor: 'probe', send: seed }, { t });
}

function judge(
  stage: Stage,
  part: Part,
  play: { play: string; from: number; lossy: boolean; durationMs: number; strikes: string[] },
): ScenarioResult {
  const evidence = stage.history
    .slice(play.from)
    .filter((e) => 'play' in e && e.play === play.play && (e.type === 'row' || e.type === 'stream.close'))
    .slice(-2)
    .map((e) => `${e.source}#${e.seq}`);
  const neverJudged = ['cancel-honoured', 'access', ...(part.mode === 'at-end' ? ['cursor-exact'] : [])];
  const broken = play.lossy ? ['no-loss', 'early-visibility', 'bounded-exposure'] : [];
  const checks = CHECKERS.map((id): CheckResult => {
    const base = { id, samples: 3, place: null, evidence: [], violations: [], violationCount: 0 };
    if (neverJudged.includes(id)) {
      return {
        ...base,
        verdict: 'not-applicable',
        samples: 0,
        expected: 'something to judge',
        actual: 'nothing',
      };
    }
    if (part.id === 'tabs' && id === 'coverage') {
      return {
        ...base,
        verdict: 'unknown',
        expected: 'both answers emitted during one common span',
        actual: 'the calls of sends 7001 and 7002 never overlapped',
      };
    }
    if (!broken.includes(id)) return { ...base, verdict: 'pass', expected: 'it held', actual: 'it held' };
    const violation = { place: 'database' as const, evidence, ...violationOf(id, stage.chunks) };
    return {
      ...base,
      verdict: 'fail',
      expected: violation.expected,
      actual: violation.actual,
      place: violation.place,
      evidence,
      violations: [violation, { ...violation, clause: 'fresh-reader-equals-expected', place: 'delivery' }],
      violationCount: 2,
    };
  });
  const verdict = play.lossy ? 'fail' : part.id === 'tabs' ? 'unknown' : 'pass';
  const reason = {
    fail: 'no-loss: the database lacks the whole answer',
    unknown: 'coverage: the two answers never streamed at once',
    pass: null,
  }[verdict];
  return {
    id: part.id,
    title: part.title,
    driver: 'api',
    persistence: part.mode,
    repetition: part.repetition,
    play: play.play,
    verdict,
    reason,
    checks,
    metrics: {
      'time-to-first-chunk': metric('ms', [81.2, 82.9]),
      ...(!play.lossy && part.id === 'network' && { 'recovery-first-new': metric('ms', [11.4]) }),
      ...(!play.lossy && { 'durability-lag': metric('chunks', [0, 2, 4, 5]) }),
    },
    durationMs: play.durationMs,
    strikes: play.strikes,
    artifacts: play.lossy ? [`pages/${play.play.replaceAll('/', '-')}/laptop-tab-1.png`] : [],
  };
}

function violationOf(id: string, chunks: number) {
  if (id === 'early-visibility') {
    return {
      clause: 'row-before-first-chunk',
      expected: 'a row of the answer while the LLM holds the opened, still unanswered call',
      actual: 'no row of the answer; only its question is there',
      where: 'snapshot while the call was held',
    };
  }
  if (id === 'bounded-exposure') {
    return {
      clause: 'within-checkpoint-interval',
      expected: 'at most 5 chunks behind what the reader had',
      actual: `12 chunks behind: the reader had 12, the row none`,
      where: 'snapshot after chunk 11',
    };
  }
  return {
    clause: 'database-holds-expected',
    expected: `the ${chunks} chunks of the answer: ${JSON.stringify(oracleText(7000, 0, chunks))}`,
    actual: 'no row of the answer; first missing: chunk 0, offset 0',
    where: 'final snapshot of send 7000',
  };
}

function metric(unit: Metric['unit'], sorted: number[]): Metric {
  const rank = (q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
  return { unit, n: sorted.length, min: sorted[0]!, p50: rank(0.5), p99: rank(0.99), max: sorted.at(-1)! };
}
