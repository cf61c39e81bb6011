import { expect, test } from 'vitest';
import type { HistoryEvent } from '../../harness/history/index.ts';
import { tell } from './events.ts';
import { Tape } from './tape.ts';

const spec = { seed: 12, chunks: 4, mode: 'marked' } as const;
const chunk = (text: string, length: number) =>
  `event: chunk\nid: m:${length}\ndata: ${JSON.stringify({ text, index: 0 })}\n\n`;
const done = 'event: done\nid: m:8\ndata: {"status":"completed","length":8}\n\n';

/** @param pieces of each connection, as they come, by turns */
function told(...connections: [cursor: string | null, ...pieces: string[]][]) {
  const tape = new Tape();
  let t = 0;
  for (const [cursor, ...pieces] of connections) {
    const connection = { answer: 0, cursor, opened: ++t, closed: 0, how: 'cut' as const };
    const number = tape.open(connection);
    for (const piece of pieces) {
      const bytes = Buffer.from(`before${piece}after`);
      tape.add(number, ++t, bytes, 6, bytes.length - 5);
    }
    connection.closed = ++t;
  }
  const events: (HistoryEvent & { t: number })[] = [];
  tell(tape.all(), () => ({ spec, session: 's', record: (event, t) => void events.push({ ...event, t }) }));
  return events
    .sort((a, b) => a.t - b.t)
    .map((event) => [event.t, event.type, 'text' in event ? event.text : null]);
}

test('what came whole was seen when it came; what a cut broke off was not', () => {
  const [one, two] = [chunk('kelp', 4), chunk('tide', 8)];
  expect(told([null, one.slice(0, 9), one.slice(9) + two.slice(0, 20)], ['m:4', two, done])).toEqual([
    [1, 'view.open', null],
    [1, 'invoke', null],
    [1, 'stream.open', null],
    [3, 'ok', null],
    [3, 'seen', 'kelp'],
    [4, 'stream.close', null],
    [5, 'stream.open', null],
    [6, 'seen', 'tide'],
    [7, 'state', null],
    [7, 'view.end', null],
    [8, 'stream.close', null],
  ]);
});

test('a tape gives back what came over a connection, and is full some time', () => {
  const tape = new Tape();
  const connection = { answer: 0, cursor: null, opened: 0, closed: 0, how: 'eof' as const };
  const [a, b] = [tape.open(connection), tape.open(connection)];
  const bytes = Buffer.from('onetwothree');
  tape.add(a, 1, bytes, 0, 3);
  tape.add(b, 2, bytes, 3, 6);
  tape.add(a, 3, bytes, 6, 11);
  expect([tape.of(a).toString(), tape.of(b).toString()]).toEqual(['onethree', 'two']);
  const large = Buffer.alloc(32 << 20);
  tape.add(a, 4, large, 0, large.length);
  expect(() => tape.add(a, 5, large, 0, large.length)).toThrow('full');
});
