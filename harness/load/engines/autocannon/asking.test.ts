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

/** Becomes of a connection to which the target answers so. */
function answered(status: number): Outcome {
  let request: autocannon.Request | undefined;
  const connection = {
    pipelinedRequests: { size: () => 0, peek: () => undefined, addBody() {} },
    on: () => connection,
    setRequests: ([only]: autocannon.Request[]) => {
      request = only;
    },
  };
  const seat = { session: 's1', question: { spec, text: '', key: '' }, message: 'm1', whole: wholeOf(spec) };
  const way = { host: '127.0.0.1', port: 1, headers: {} };
  const asker = { target: reference, seat, seats: [seat], isOver: () => true, way };
  let outcome: Outcome | undefined;
  askBy(connection as unknown as autocannon.Client, messages, asker, (it) => {
    outcome = it;
  });
  if (typeof request?.onResponse === 'function') request.onResponse(status, '{}', {}, {});
  return outcome!;
}

test.each([
  [429, 1, 0],
  [503, 1, 0],
  [404, 0, 1],
  [401, 0, 1],
  [500, 0, 1],
])('status %i: refused %i, unknown %i', (status, refused, unknown) => {
  const tally = emptyTally();
  tallied(tally, messages, answered(status), true);
  expect(tally).toMatchObject({ visits: 1, refused, unknown, passed: 0, failed: 0 });
});
