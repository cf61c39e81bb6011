/** Each clause by which an answer can be found wrong, planted, beside the answer that is right. */
import { describe, expect, test } from 'vitest';
import { oracleText } from '../../../../mock-llm/oracle.ts';
import { reference } from '../../../targets/reference.ts';
import { wholeOf } from './compare.ts';
import { type Asker, doings } from './doings.ts';

const spec = { seed: 7, chunks: 40, mode: 'marked' } as const;
const whole = wholeOf(spec);
const question = { spec, text: 'What holds kelp to the rock?', key: 'k' };
const upTo = (chunks: number, from = 0) => oracleText(7, 0, chunks, 'marked', from);
const other = oracleText(8, 0, 5);

function asker({ over = false } = {}): Asker {
  const seat = { session: 's1', question, message: 'm1', whole };
  return { target: reference, seat, seats: [seat, { ...seat, session: 's2' }], isOver: () => over };
}

const doing = (id: string) => doings.find((one) => one.id === id)!;
const named = (id: string, who: Asker, body: unknown, raw = '') =>
  doing(id)
    .judge(who, { status: 200, headers: {}, body }, raw)
    .map(({ checker, violation }) => `${checker}/${violation.clause}`);

const row = (content: string, status = 'completed') => ({
  id: 'm1',
  role: 'assistant',
  content,
  status,
  reply_to: 'q1',
});
const asked = { id: 'q1', role: 'user', content: question.text, status: 'completed', reply_to: null };
const list = (...rows: object[]) => ({ messages: [asked, ...rows] });
const active = (text: string, message = 'm1') => ({
  active: [{ message_id: message, partial_content: text }],
});
const events = (text: string, end = 'completed') =>
  `event: chunk\ndata: ${JSON.stringify({ text, index: 1 })}\n\n` +
  (end === '' ? '' : `event: done\ndata: ${JSON.stringify({ status: end, length: text.length })}\n\n`);

describe('messages', () => {
  test.each<[string, object, string[]]>([
    ['whole', list(row(whole)), []],
    ['without its end', list(row(upTo(39))), ['no-loss/fresh-full']],
    ['without its middle', list(row(upTo(10) + upTo(40, 12))), ['no-loss/fresh-full', 'prefix-order/view']],
    ['a chunk twice', list(row(upTo(10) + upTo(10, 8) + upTo(40, 10))), ['no-duplication/view']],
    ['with text of another', list(row(upTo(20) + other + upTo(40, 20))), ['isolation/view']],
    ['not there', list(), ['no-loss/fresh-full']],
    ['twice', list(row(whole), { ...row(whole), id: 'm2' }), ['one-generation/one-answer']],
    [
      'beside one that nobody asked for',
      list(row(whole), { ...row(other), reply_to: 'q9' }),
      ['isolation/stray'],
    ],
    ['not yet finished', list(row(whole, 'generating')), ['truthful-status/completed-full']],
  ])('%s', (_name, body, breaches) => {
    expect(named('messages', asker(), body)).toEqual(breaches);
  });
});

describe('replay', () => {
  test.each<[string, string, string[]]>([
    ['whole', events(whole), []],
    ['without its end', events(upTo(39)), ['no-loss/fresh-full']],
    ['a clean end of the connection', events(whole, ''), ['truthful-status/completed-full']],
    ['another state', events(whole, 'error'), ['truthful-status/completed-full']],
  ])('%s', (_name, raw, breaches) => {
    expect(named('replay', asker(), null, raw)).toEqual(breaches);
  });
});

describe('status', () => {
  test('what grows is right', () => {
    const who = asker();
    for (const chunks of [0, 5, 5, 20]) expect(named('status', who, active(upTo(chunks)))).toEqual([]);
  });

  test('what becomes shorter is not', () => {
    const who = asker();
    named('status', who, active(upTo(20)));
    expect(named('status', who, active(upTo(15)))).toEqual(['prefix-order/shrinks']);
  });

  test.each<[string, object, boolean, string[]]>([
    ['a chunk twice', active(upTo(10) + upTo(10, 8)), false, ['no-duplication/view']],
    ['text of another', active(upTo(10) + other), false, ['isolation/view']],
    ['idle while the LLM speaks', { active: [] }, false, ['truthful-status/idle']],
    ['idle when it has ended', { active: [] }, true, []],
    ['another answer only', active(upTo(3), 'm2'), false, ['truthful-status/idle']],
  ])('%s', (_name, body, over, breaches) => {
    expect(named('status', asker({ over }), body)).toEqual(breaches);
  });
});

describe('sessions', () => {
  const listed = (...ids: string[]) => ({ sessions: ids.map((id) => ({ id })) });
  test.each<[string, object, string[]]>([
    ['all, and others besides', listed('s0', 's1', 's2'), []],
    ['one is missing', listed('s1'), ['no-loss/fresh-full']],
    ['one stands twice', listed('s1', 's2', 's1'), ['no-loss/fresh-full']],
  ])('%s', (_name, body, breaches) => {
    expect(named('sessions', asker(), body)).toEqual(breaches);
  });
});
