/** Found by exploring (seed 20261128, program 106e6l4): the server dies, and the answer is stopped before it is swept. */
import { expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import { failures, SPEC, type Story, story } from './testing/history.ts';

const text = (chunks: number) => oracleText(SPEC.seed, 0, chunks, SPEC.mode);

const died = () =>
  story()
    .asks()
    .calls()
    .opens('a')
    .speaks(9)
    .shows('a', 9)
    .target('killed')
    .hangsUp('aborted')
    .disconnects('a')
    .target('ready')
    .does('stop', 'ok', { state: 'cancelled' });

const keeps = (told: Story, chunks: number) =>
  told
    .resets('a')
    .sees('a', text(chunks), 'set')
    .says('list', 'cancelled')
    .ends('a', 'cancelled')
    .finishes({ state: 'cancelled', text: text(chunks) });

const isKept = (told: Story) => !failures(told.judged()).includes('cancel-honoured/kept');

test('what a crash may cost is not held against the stop that comes after it', () => {
  expect(isKept(keeps(died(), 5))).toBe(true);
});

test('more than that is', () => {
  expect(isKept(keeps(died(), 3))).toBe(false);
});
