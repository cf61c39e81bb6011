import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { auxiliaryAnswer } from './answer.ts';
import { now } from './clock.ts';
import type { Delivery } from './delivery.ts';
import { NO_FAULTS } from './faults/plan.ts';
import { Gates } from './gates.ts';
import { Ledger } from './ledger.ts';
import { constantPace } from './pace/pace.ts';
import { Turns } from './pace/turns.ts';
import { Wheel } from './pace/wheel.ts';
import { Speaker } from './speaker.ts';

// Time is told, not awaited: clock, timers and immediates are fake ones, which count whole milliseconds from 0.
vi.mock('./clock.ts', () => ({ now: () => performance.now() }));
beforeEach(
  () => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout', 'setImmediate'] }),
);
afterEach(() => void vi.useRealTimers());

interface Scene {
  /** What was done, at which ms since the beginning. */
  done: [what: string | number, ms: number][];
  res: EventEmitter;
  gates: Gates;
  ledger: Ledger;
  /** What waits at a gate. */
  watchers: Set<object>;
}

class WatchedGates extends Gates {
  readonly watchers = new Set<object>();

  override watch(seed: number, wake: () => void): () => void {
    const leave = super.watch(seed, wake);
    this.watchers.add(leave);
    return () => {
      this.watchers.delete(leave);
      leave();
    };
  }
}

function speak({ chunks, first, gap }: { chunks: number; first: number; gap: number }, blocksAt = -1): Scene {
  const done: Scene['done'] = [];
  const begun = now();
  const book = (what: string | number) => void done.push([what, Math.round(now() - begun)]);
  const res = Object.assign(new EventEmitter(), { destroyed: false });
  const gates = new WatchedGates();
  const ledger = new Ledger();
  const call = ledger.open(1);
  let behind = false;
  const delivery: Delivery = {
    gateStep: (step) => step,
    writtenBefore: (step) => step,
    open: () => book('open'),
    chunk(i) {
      book(i);
      ledger.chunk(call, 1);
      behind ||= i === blocksAt;
    },
    write() {},
    flush() {
      const keepsUp = !behind;
      behind = false;
      return keepsUp;
    },
    onceDrained: (listener) => void res.once('drain', listener),
    finish() {},
    fail() {},
    close() {},
    end() {
      book('end');
      res.emit('finish');
    },
  };
  const answer = { ...auxiliaryAnswer, chunks, text: String, pace: constantPace(first, gap, chunks) };
  const stage = {
    answer,
    reader: res,
    call,
    delivery,
    gates,
    ledger,
    plan: NO_FAULTS,
    wheel: new Wheel(),
    turns: new Turns(),
  };
  new Speaker({ ...stage, keepAlive: '', survivesCuts: false, refuse() {} }).speak();
  return { done, res, gates, ledger, watchers: gates.watchers };
}

test('chunks come on their schedule, the end with the last', () => {
  const { done } = speak({ chunks: 4, first: 200, gap: 30 });
  vi.advanceTimersByTime(1000);
  expect(done).toEqual([
    ['open', 0],
    [0, 200],
    [1, 230],
    [2, 260],
    [3, 290],
    ['end', 290],
  ]);
});

test('lateness does not accumulate: what a slow reader held up is made good', () => {
  const { done, res } = speak({ chunks: 6, first: 0, gap: 30 }, 1);
  vi.advanceTimersByTime(100);
  res.emit('drain');
  vi.advanceTimersByTime(1000);
  expect(done).toEqual([
    ['open', 0],
    [0, 0],
    [1, 30],
    [2, 100],
    [3, 100],
    [4, 120],
    [5, 150],
    ['end', 150],
  ]);
});

test('time at a gate is not lateness: the schedule moves on by it', () => {
  const { done, gates } = speak({ chunks: 4, first: 0, gap: 30 });
  gates.set(1, 2);
  vi.advanceTimersByTime(530);
  gates.set(1, 'all');
  vi.advanceTimersByTime(1000);
  // Held from 30 to 530, just after chunk 1.
  expect(done).toEqual([
    ['open', 0],
    [0, 0],
    [1, 30],
    [2, 560],
    [3, 590],
    ['end', 590],
  ]);
});

test('unpaced, others have their turn after every 64 steps', () => {
  const { done } = speak({ chunks: 200, first: 0, gap: 0 });
  const turns = [done.length];
  while (done.at(-1)![0] !== 'end') {
    const before = done.length;
    vi.advanceTimersToNextTimer();
    turns.push(done.length - before);
  }
  // The opening, 200 chunks, the end.
  expect(turns).toEqual([64, 64, 64, 10]);
});

test.each<
  [waitingFor: string, answer: { first: number; gap: number }, gate: number | 'all', blocksAt: number]
>([
  ['pace', { first: 0, gap: 50 }, 'all', -1],
  ['gate', { first: 0, gap: 0 }, 3, -1],
  ['reader', { first: 0, gap: 0 }, 'all', 2],
])('the end of the connection ends waiting for %s, for good', (state, answer, gate, blocksAt) => {
  const { done, res, gates, ledger, watchers } = speak({ chunks: 1000, ...answer }, blocksAt);
  // Unpaced, the first turn is taken before a gate can be set here; so the gate holds from the second on.
  gates.set(1, gate);
  vi.advanceTimersByTime(60);
  const [call] = ledger.calls();
  expect(call).toMatchObject({ state });
  res.emit('close');
  expect(vi.getTimerCount()).toBe(0);
  expect(watchers.size).toBe(0);
  const said = done.length;
  expect(call).toMatchObject({ state: 'aborted', chunks: said - 1 });
  gates.set(1, 'all');
  res.emit('drain');
  vi.advanceTimersByTime(1000);
  expect(done).toHaveLength(said);
  expect([...ledger.events(0)].filter(({ type }) => type === 'llm.end')).toHaveLength(1);
});
