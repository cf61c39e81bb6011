import { describe, expect, test } from 'vitest';
import { now } from './clock.ts';
import { Ledger } from './ledger.ts';

test('each event of a call, numbered from 0, at a time that never goes back', () => {
  const ledger = new Ledger();
  const before = now();
  expect(ledger.last).toBe(-1);
  const call = ledger.open(7);
  ledger.held(call, -1);
  ledger.released(call, -1);
  ledger.chunk(call, 100);
  ledger.chunk(call, 50);
  ledger.end(call, 'aborted');
  const common = { call: call.id, send: 7, attempt: 0 };
  const events = [...ledger.events(0)];
  expect(events).toEqual(
    [
      { type: 'llm.call', ...common },
      { type: 'llm.held', ...common, at: -1 },
      { type: 'llm.released', ...common, at: -1 },
      { type: 'llm.chunk', ...common, i: 0 },
      { type: 'llm.chunk', ...common, i: 1 },
      { type: 'llm.end', ...common, how: 'aborted', chunks: 2 },
    ].map((event, seq) => ({ ...event, seq, t: expect.any(Number) })),
  );
  const times = [before, ...events.map(({ t }) => t), now()];
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(ledger.call(call.id)).toMatchObject({ state: 'aborted', chunks: 2, bytes: 150 });
  expect([...ledger.chunksOf(call)]).toMatchObject([
    { i: 0, bytes: 100 },
    { i: 1, bytes: 50 },
  ]);
});

test('of an auxiliary call: that it was opened and how it ended', () => {
  const ledger = new Ledger();
  const call = ledger.open(null);
  ledger.chunk(call, 9);
  ledger.end(call, 'completed');
  expect([...ledger.events(0)]).toMatchObject([
    { type: 'llm.call', send: null, attempt: 0 },
    { type: 'llm.end', send: null, how: 'completed', chunks: 1 },
  ]);
});

test('the calls of a seed are its attempts, by the order of opening', () => {
  const ledger = new Ledger();
  const opened = [5, 6, 5, null, 5, null].map((send) => ledger.open(send));
  expect(opened.map(({ attempt }) => attempt)).toEqual([0, 0, 1, 0, 2, 0]);
  expect(new Set(opened.map(({ id }) => id)).size).toBe(6);
});

test('a restarted mock does not use the ids of the one before', () => {
  expect(new Ledger().open(1).id).not.toBe(new Ledger().open(1).id);
});

describe('bounded memory', () => {
  test('the calls that ended first are dropped, open ones never', () => {
    const ledger = new Ledger({ calls: 3 });
    const [a, b, c] = [ledger.open(1), ledger.open(2), ledger.open(3)];
    ledger.end(b, 'completed');
    ledger.end(a, 'completed');
    const d = ledger.open(1);
    const kept = () => [...ledger.calls()].map(({ id }) => id);
    expect(kept()).toEqual([a.id, c.id, d.id]);
    const [e, f] = [ledger.open(5), ledger.open(6)];
    expect(kept()).toEqual([c.id, d.id, e.id, f.id]);
    expect(ledger.dropped.calls).toBe(2);
    expect(ledger.call(a.id)).toBeUndefined();
    expect(ledger.active).toBe(4);
    // How often a seed was called is not forgotten with its calls.
    expect(ledger.open(2).attempt).toBe(1);
  });

  test('the oldest events are dropped, those that are kept stay numbered', () => {
    const ledger = new Ledger({ events: 10_000 });
    const call = ledger.open(1);
    for (let i = 0; i < 50_000; i++) ledger.chunk(call, i);
    expect(ledger.last).toBe(50_000);
    expect(ledger.oldest).toBeGreaterThan(30_000);
    expect(ledger.oldest).toBeLessThanOrEqual(50_001 - 10_000);
    expect(ledger.dropped.events).toBe(ledger.oldest);
    const events = [...ledger.events(0)];
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: ledger.last - ledger.oldest + 1 }, (_, k) => ledger.oldest + k),
    );
    // Event 0 is the opening, so event s is chunk s-1.
    for (const event of events) expect(event).toMatchObject({ type: 'llm.chunk', i: event.seq - 1 });
    expect([...ledger.events(40_005, 2)].map(({ seq }) => seq)).toEqual([40_005, 40_006]);
    const [first] = ledger.chunksOf(call);
    expect(first).toMatchObject({ i: ledger.oldest - 1, bytes: ledger.oldest - 1 });
  });
});
