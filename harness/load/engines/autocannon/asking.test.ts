/** What counts for an answer that brings nothing to compare. */
import type autocannon from 'autocannon';
import { expect, test } from 'vitest';
import { reference } from '../../../targets/reference.ts';
import { emptyTally } from '../../engine/tally.ts';
import { askBy, type Outcome } from './asking.ts';
import { wholeOf } from './compare.ts';
import { doings } from './doings.ts';
import { tallied } from './tallying.ts';

const spec = { seed: 7, chunks: 4, mode: 'marked' } as const;
const messages = doings.find(({ id }) => id === 'messages')!;

/** A connection that asks for the messages, and what is told of it. */
function connected() {
  let request: autocannon.Request | undefined;
  let asks = () => {};
  let waiting = 0;
  const connection = {
    pipelinedRequests: { size: () => waiting, peek: () => undefined, addBody() {} },
    on(event: string, listener: () => void) {
      if (event === 'request') asks = listener;
      return connection;
    },
    setRequests: ([only]: autocannon.Request[]) => {
      request = only;
    },
  };
  const seat = { session: 's1', question: { spec, text: '', key: '' }, message: 'm1', whole: wholeOf(spec) };
  const way = { host: '127.0.0.1', port: 1, headers: {} };
  const asker = { target: reference, seat, seats: [seat], isOver: () => true, way };
  const told: Outcome[] = [];
  askBy(connection as unknown as autocannon.Client, messages, asker, (outcome) => told.push(outcome));
  return {
    told,
    ask() {
      asks();
      waiting++;
    },
    answer(status: number) {
      waiting--;
      if (typeof request?.onResponse === 'function') request.onResponse(status, '{}', {}, {});
    },
  };
}

test.each([
  [429, 1, 0],
  [503, 1, 0],
  [404, 0, 1],
  [401, 0, 1],
  [500, 0, 1],
])('status %i: refused %i, unknown %i', (status, refused, unknown) => {
  const tally = emptyTally();
  const { ask, answer, told } = connected();
  ask();
  answer(status);
  for (const outcome of told) tallied(tally, messages, outcome, true);
  expect(tally).toMatchObject({ visits: 1, refused, unknown, passed: 0, failed: 0 });
});

test('a connection that breaks is told at once, for there may never be another answer', () => {
  const { ask, answer, told } = connected();
  ask();
  answer(429);
  ask();
  expect(told.map(({ is }) => is)).toEqual(['refused']);
  // The one before was not answered: that it asks again means that it had to connect anew.
  ask();
  ask();
  expect(told.map(({ is }) => is)).toEqual(['refused', 'lost-track']);
});
