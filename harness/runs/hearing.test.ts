import { expect, test } from 'vitest';
import { createSource, type HistoryEvent } from '../history/index.ts';
import { hearing } from './hearing.ts';

const SEND = 7;
const opened = (exchange: string, stream: string): HistoryEvent => ({
  type: 'wire.open',
  device: 'laptop',
  exchange,
  method: 'GET',
  path: '/',
  stream,
});
const reads = (stream: string, send: number): HistoryEvent => ({
  type: 'stream.open',
  stream,
  view: 'view-1',
  send,
  actor: 'laptop-tab-1',
  cursor: null,
});
const frame: HistoryEvent = { type: 'wire.frame', device: 'laptop', exchange: 'x1', bytes: 3, text: 0 };

async function isHeard(events: HistoryEvent[]): Promise<boolean> {
  const { recorder, heard } = hearing(createSource('harness', () => {}));
  let told = false;
  void heard(SEND).then(() => {
    told = true;
  });
  for (const event of events) recorder.record(event);
  await Promise.resolve();
  await Promise.resolve();
  return told;
}

test.each<[string, boolean, HistoryEvent[]]>([
  ['a stream that its reader has named', true, [reads('s1', SEND), opened('x1', 's1'), frame]],
  ['a stream of a page, which goes by its exchange', true, [opened('x1', 'tab'), reads('x1', SEND), frame]],
  ['a stream of another send', false, [reads('s1', SEND + 1), opened('x1', 's1'), frame]],
  ['a page’s stream of another send', false, [opened('x1', 'tab'), reads('x1', SEND + 1), frame]],
  ['a frame that was dropped', false, [opened('x1', 'tab'), reads('x1', SEND), { ...frame, dropped: true }]],
  ['a stream that has brought nothing', false, [opened('x1', 'tab'), reads('x1', SEND)]],
])('%s is heard: %s', async (_, ought, events) => {
  expect(await isHeard(events)).toBe(ought);
});

test.each<[string, boolean, HistoryEvent[]]>([
  ['the stream that was open', false, [{ ...frame, exchange: 'x1' }]],
  ['one that began since', true, [opened('x2', 'tab'), reads('x2', SEND), { ...frame, exchange: 'x2' }]],
  ['one of another send', false, [opened('x2', 'tab'), reads('x2', SEND + 1), { ...frame, exchange: 'x2' }]],
])('anew is heard %s: %s', async (_, ought, events) => {
  const { recorder, heard } = hearing(createSource('harness', () => {}));
  for (const event of [opened('x1', 'tab'), reads('x1', SEND), frame]) recorder.record(event);
  let told = false;
  void heard(SEND, true).then(() => {
    told = true;
  });
  for (const event of events) recorder.record(event);
  await Promise.resolve();
  await Promise.resolve();
  expect(told).toBe(ought);
});
