/**
 * What a run is told by its environment. Alone, by names (`k6 run -e TARGET=http://127.0.0.1:3000 -e USERS=20 cut.ts`);
 * under `holdfast load --engine k6` all of it by HOLDFAST_PLAN, so that harness and scripts know the same plan.
 */
import type { TargetCapabilities } from '../../../harness/history/events.ts';
import type { LoadPlan } from '../../../harness/load/plan.ts';

export interface Settings {
  /** Where the chat is, without a path. */
  target: string;
  /** Sent along with each request. */
  headers: Readonly<Record<string, string>>;
  plan: LoadPlan;
  /** null: the time of the start is one. */
  seed: number | null;
  about: { name: string; capabilities: TargetCapabilities };
  /** ms, of the 99th percentile of recovery: a threshold of k6. */
  recovery: number;
}

/** What the contract promises (docs/contract.md), of whoever keeps it. */
const CONTRACT: TargetCapabilities = {
  cursor: 'index',
  resume: 'append',
  replayAfterEnd: true,
  idempotentSend: true,
  stop: true,
  status: true,
  checkpointEvery: 5,
  checkpointWithin: 2_000,
  afterCrash: 'error-with-partial',
  users: true,
};

/** @param mix what users do where HOLDFAST_PLAN does not say it */
export function settingsOf(env: Readonly<Record<string, string>>, mix: LoadPlan['mix']): Settings {
  const told = env.HOLDFAST_PLAN === undefined ? {} : (JSON.parse(env.HOLDFAST_PLAN) as Partial<Settings>);
  const { TARGET, AUTHORIZATION = 'Bearer alice-token' } = env;
  const target = told.target ?? TARGET;
  if (target === undefined || target === '')
    throw new Error('Say where the chat is: k6 run -e TARGET=http://127.0.0.1:3000 …');
  const gap = numberIn(env, 'GAP', 50);
  return {
    target: target.replace(/\/+$/, ''),
    headers: told.headers ?? { authorization: AUTHORIZATION },
    plan: told.plan ?? {
      seed: 0,
      persistence: env.PERSISTENCE ?? 'checkpoint',
      arrivals: { kind: 'closed' },
      users: numberIn(env, 'USERS', 5),
      warmup: 0,
      duration: numberIn(env, 'SECONDS', 20) * 1_000,
      mix,
      answers: { chunks: numberIn(env, 'CHUNKS', 60), pace: { first: 200, gap } },
      bounds: { end: 30_000, delivery: 1_000, cancel: 5_000 },
      pollEvery: numberIn(env, 'POLL', 250),
    },
    seed: told.plan?.seed ?? (env.SEED === undefined ? null : numberIn(env, 'SEED', 0)),
    about: told.about ?? { name: env.NAME ?? 'contract', capabilities: CONTRACT },
    recovery: numberIn(env, 'RECOVERY', 5_000),
  };
}

function numberIn(env: Readonly<Record<string, string>>, name: string, fallback: number): number {
  const value = Number(env[name] ?? fallback);
  if (value >= 0) return value;
  throw new Error(`${name} must be a number, not "${env[name]}"`);
}
