/** Of an answer that the LLM was asked for twice: what somebody had of one attempt is no measure of the other. */
import { expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import { failures, SPEC, type Story, story } from './testing/history.ts';

const text = (to: number, attempt = 1) => oracleText(SPEC.seed, attempt, to, SPEC.mode);

/** Nine chunks had been seen when the target died; another of its processes asks the LLM once more. */
const askedAgain = () =>
  story({ capabilities: { afterCrash: 'continues' } })
    .asks()
    .calls()
    .opens('a')
    .speaks(9)
    .shows('a', 9)
    .target('killed', true, 'SIGKILL')
    .hangsUp('aborted')
    .disconnects('a')
    .target('ready')
    .calls(1);
const anew = (chunks: number) =>
  askedAgain().connects('a', null).resets('a', 'replay').speaks(chunks).shows('a', chunks);
const elsewhere = (told: Story) => told.closes('a', 'refresh').opens('b');
const rest = (told: Story, view = 'a') => told.speaks(12).shows(view, 12).hears(view, 'completed').finishes();
const stopped = (told: Story, chunks: number) =>
  told
    .does('stop', 'ok', { state: 'cancelled' })
    .hangsUp('aborted')
    .resets('a')
    .sees('a', text(chunks), 'set')
    .says('list', 'cancelled')
    .ends('a', 'cancelled')
    .finishes({ state: 'cancelled', text: text(chunks) });

test.each<[string, () => Story]>([
  [
    'a row that begins anew, of an answer that nobody watches any more',
    () => rest(elsewhere(askedAgain().row('', 'generating')), 'b'),
  ],
  ['a row that is as far as its view, which began anew', () => rest(anew(3).row(text(2), 'generating'))],
  [
    'a row that is empty, as long as its view has no more than the interval',
    () => rest(anew(5).row('', 'generating')),
  ],
  ['a row that lacks just the interval', () => rest(anew(9).row(text(4), 'generating'))],
  ['what is kept when it is stopped', () => stopped(anew(3), 3)],
])('is not blamed: %s', (_, told) => {
  expect(failures(told().judged())).toEqual([]);
});

test.each<[string, () => Story, string]>([
  [
    'a row that lacks more than the interval',
    () => rest(anew(9).row(text(3), 'generating')),
    'bounded-exposure/crash',
  ],
  ['a row that is still empty then', () => rest(anew(6).row('', 'generating')), 'bounded-exposure/crash'],
  [
    'a row that was empty before',
    () =>
      rest(
        elsewhere(
          story({ capabilities: { afterCrash: 'continues' } })
            .asks()
            .calls()
            .opens('a')
            .speaks(6)
            .shows('a', 6)
            .row('', 'generating')
            .target('killed', true, 'SIGKILL')
            .hangsUp('aborted')
            .target('ready')
            .calls(1),
        ),
        'b',
      ),
    'bounded-exposure/snapshot',
  ],
  ['what is not kept when it is stopped', () => stopped(anew(3), 2), 'cancel-honoured/kept'],
])('is blamed: %s', (_, told, clause) => {
  expect(failures(told().judged())).toContain(clause);
});
