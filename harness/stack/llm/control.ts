/**
 * The harness's side of the mock LLM: its barriers, and its ledger, which is recorded into the history as it grows
 * and which everything that is waited for is read from.
 */
import { Agent } from 'node:http';
import { HoldfastError } from '../../errors.ts';
import type { SendSeed } from '../../history/events.ts';
import type { Recorder } from '../../history/recorder.ts';
import { askAdmin, followLines } from './admin.ts';
import { compareClocks } from './clock.ts';
import { type Allow, Gates } from './gates.ts';
import { type LlmEnd, type LlmEvent, SendLedger } from './send-ledger.ts';

/**
 * All waits end after 90 s with HF_LLM_WAIT, and with HF_LEDGER_LOST when the ledger breaks off.
 * They look at all calls of a send: any of them may fulfil what is waited for.
 */
export interface LlmControl {
  /** How far the calls of a send may speak; may be set before there is one. */
  allow(seed: SendSeed, allow: Allow): Promise<void>;
  opened(seed: SendSeed): Promise<void>;
  /** A call waits at a barrier, at least `at` chunks having been written; -1: opened and unanswered. */
  held(seed: SendSeed, at: number): Promise<void>;
  /** At least `chunks` chunks of one call were written. */
  emitted(seed: SendSeed, chunks: number): Promise<void>;
  /** At least one call was opened, and none is open any more. How the newest ended. */
  ended(seed: SendSeed): Promise<LlmEnd>;
  /** Calls that are open now. */
  active(): Promise<number>;
  /** All that the ledger held when it was called stands in the history. */
  settled(): Promise<void>;
  close(): void;
}

export interface LlmConnection {
  /** Origin of the mock LLM. */
  url: string;
  /** Who records what happens to a send; null: auxiliary calls. All of one source. */
  recorderFor(send: SendSeed | null): Recorder;
  /** Told once, when the ledger breaks off though nobody closed it. */
  onLost(error: HoldfastError): void;
  /**
   * `calls`: only how calls begin and end is recorded, not each chunk. Then nothing is remembered of a send, and
   * nothing of it can be waited for. Default: `chunks`.
   */
  ledger?: 'chunks' | 'calls';
}

interface Wait {
  done(): boolean;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Longer than a play waits for anything on the busiest machine: what it waited for in vain is unmet, which is judged; this
 * ends the run, and is for a mock LLM that does not do what it was told.
 */
export const WAIT_MS = 90_000;
// The ledger says every 500 ms that it is alive.
const SILENCE_MS = 10_000;

/** @throws HF_LLM_ADMIN where there is no mock LLM at `url` */
export async function connectLlm(connection: LlmConnection): Promise<LlmControl> {
  const { url, recorderFor, onLost, ledger: detail = 'chunks' } = connection;
  const agent = new Agent({ keepAlive: true });
  const ask = (method: string, path: string, json?: unknown) => askAdmin(url, agent, method, path, json);
  const clock = await compareClocks(async () => ((await ask('GET', '/admin/clock')) as { t: number }).t);

  const sends = new Map<SendSeed, SendLedger>();
  const gates = new Gates();
  const waits = new Map<SendSeed | 'ledger', Set<Wait>>();
  const closing = new AbortController();
  let recordedTo = -1;
  let lost: HoldfastError | undefined;

  const sendLedger = (seed: SendSeed): SendLedger => {
    const ledger = sends.get(seed) ?? new SendLedger();
    sends.set(seed, ledger);
    return ledger;
  };

  function wake(whose: SendSeed | 'ledger'): void {
    for (const wait of waits.get(whose) ?? []) if (wait.done()) wait.resolve();
  }

  function take(line: string): void {
    const { seq, t, ...event } = JSON.parse(line) as LedgerLine;
    if (event.type === 'alive') {
      // Of a digest this tells that nothing more is to come of what was until then.
      if (detail === 'calls') recordedTo = Math.max(recordedTo, seq);
      wake('ledger');
      return;
    }
    const isNext = detail === 'calls' ? seq > recordedTo : seq === recordedTo + 1;
    if (!isNext) throw new Error(`it went from event ${recordedTo} to ${seq}`);
    recorderFor(event.send).record(event, { t: t - clock.offset, err: clock.err });
    recordedTo = seq;
    if (event.send !== null && detail === 'chunks') {
      sendLedger(event.send).apply(event);
      wake(event.send);
    }
    wake('ledger');
  }

  async function follow(): Promise<void> {
    const options = { silenceMs: SILENCE_MS, signal: closing.signal };
    const path = `/admin/ledger/events?after=-1${detail === 'calls' ? '&chunks=no' : ''}`;
    for await (const line of followLines(url, path, options)) take(line);
    throw new Error('it ended');
  }

  follow().catch((error: Error) => {
    lost = new HoldfastError('HF_LEDGER_LOST', { what: error.message }, { cause: error });
    for (const group of waits.values()) for (const wait of group) wait.reject(lost);
    if (!closing.signal.aborted) onLost(lost);
  });

  function until(whose: SendSeed | 'ledger', done: () => boolean, waitedFor: string): Promise<void> {
    if (lost) return Promise.reject(lost);
    if (done()) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const group = waits.get(whose) ?? new Set();
    waits.set(whose, group);
    const wait: Wait = { done, resolve, reject };
    group.add(wait);
    const overdue = setTimeout(() => {
      const state = whose === 'ledger' ? `${recordedTo + 1} events were recorded` : String(sendLedger(whose));
      reject(new HoldfastError('HF_LLM_WAIT', { ms: WAIT_MS, waitedFor, state }));
    }, WAIT_MS);
    return promise.finally(() => {
      clearTimeout(overdue);
      group.delete(wait);
      if (group.size === 0) waits.delete(whose);
    });
  }

  function untilSend(seed: SendSeed, done: (ledger: SendLedger) => boolean, what: string): Promise<void> {
    return until(seed, () => done(sendLedger(seed)), `the call of send ${seed} ${what}`);
  }

  return {
    allow: (seed, allow) => gates.set(seed, allow, () => ask('PUT', `/admin/gates/${seed}`, { allow })),
    opened: (seed) => untilSend(seed, (ledger) => ledger.opened, 'to be opened'),
    held: (seed, at) => untilSend(seed, (ledger) => ledger.heldAt(at), `to be held at ${at}`),
    emitted: (seed, chunks) =>
      untilSend(seed, (ledger) => ledger.emitted(chunks), `to write ${chunks} chunks`),
    async ended(seed) {
      await untilSend(seed, (ledger) => ledger.ended !== null, 'to end');
      return sendLedger(seed).ended!;
    },
    async active() {
      return ((await ask('GET', '/admin/calls/active')) as { active: number }).active;
    },
    async settled() {
      const { seq } = (await ask('POST', '/admin/flush')) as { seq: number };
      await until('ledger', () => recordedTo >= seq, `event ${seq} of the ledger to be recorded`);
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

type LedgerLine = { seq: number; t: number } & (LlmEvent | { type: 'alive' });
