import { expect, test } from 'vitest';
import { askedFor, failures, heldBeside, type Story } from './testing/history.ts';

/** ms; half the bound, and the bound. */
const [LATE, TOO_LATE] = [2_600, 5_100];
const over = (told: Story) => told.answersBeside().finishes();
const looks = (outcome: 'ok' | 'fail' | 'none') => (told: Story) =>
  told.does('switch', outcome, { actor: 'tab-2', session: 'kelp' });
const wrong = (at: string) => (told: Story) =>
  told.by('runner', { type: 'fault', fault: 'cut', kind: 'reset', at, state: 'struck' });

const question = ['no-blocking/question'];

/** What happens while one answer is held, and what comes of it. Both are answered in the end. */
test.each<[string, (told: Story) => Story, 'pass' | 'fail' | 'unknown' | 'not-applicable', string[]]>([
  ['a question that comes in time', (told) => told.asksBeside().passes(2_300), 'pass', []],
  ['one that comes late', (told) => told.asksBeside().passes(LATE), 'fail', question],
  ['one that is refused', (told) => told.asksBeside('fail').passes(LATE), 'pass', []],
  ['one of which nobody knows', (told) => told.asksBeside('info').passes(LATE), 'not-applicable', []],
  [
    'one behind another of its session',
    (told) => told.asksBeside('ok', 'kelp').passes(LATE),
    'not-applicable',
    [],
  ],
  [
    'one that comes late, for the answer was held for less than the bound',
    (told) => told.asksBeside().passes(2_000).released(6).passes(2_000),
    'not-applicable',
    [],
  ],
  [
    'one that was asked over a line that is cut',
    (told) => wrong('tab-2')(told.asksBeside()).passes(LATE),
    'not-applicable',
    [],
  ],
  [
    'the same, and the line is that of another',
    (told) => wrong('reader')(told.asksBeside()).passes(LATE),
    'fail',
    question,
  ],
  [
    'one while the database is gone',
    (told) => wrong('database')(told.asksBeside()).passes(LATE),
    'not-applicable',
    [],
  ],
  [
    'one while the target is started again',
    (told) => told.asksBeside().target('killed').passes(LATE).target('ready'),
    'not-applicable',
    [],
  ],
  [
    'one of a page that is frozen',
    (told) => told.asksBeside().does('freeze', 'ok', { actor: 'tab-2' }).passes(LATE),
    'not-applicable',
    [],
  ],
  ['one that was late for the harness', (told) => told.asksBeside().stalls(1_000).passes(2_000), 'pass', []],
  [
    'one that was late for want of a processor',
    (told) => told.asksBeside().starves(LATE, 400),
    'unknown',
    [],
  ],
  ['one that was later than that', (told) => told.asksBeside().starves(LATE, 50), 'fail', question],
  ['a session that is shown in time', (told) => looks('ok')(told).passes(TOO_LATE), 'pass', []],
  [
    'one that cannot be shown, and is said not to be',
    (told) => looks('fail')(told).passes(TOO_LATE),
    'pass',
    [],
  ],
  ['one that never is shown', (told) => looks('none')(told).passes(TOO_LATE), 'fail', ['no-blocking/look']],
  [
    'one that is not shown yet when the answer goes on',
    (told) => looks('none')(told).passes(4_000),
    'not-applicable',
    [],
  ],
])('%s', (_, told, verdict, expected) => {
  const judged = over(told(heldBeside())).judged();
  expect(failures(judged).filter((clause) => clause.startsWith('no-blocking'))).toEqual(expected);
  expect(judged.checks.find(({ id }) => id === 'no-blocking')!.verdict).toBe(verdict);
});

const seen = (told: Story) =>
  told
    .released(6)
    .speaks(12)
    .shows('a', 12)
    .hears('a', 'completed')
    .polls('b', told.text(12))
    .ends('b', 'completed')
    .finishes();
const view = ['no-blocking/view'];

/** What happens to a tab that has no stream while the answer is held. */
test.each<[string, (told: Story) => Story, 'pass' | 'fail' | 'unknown' | 'not-applicable', string[]]>([
  ['that asks, and has it in time', (told) => told.passes(2_300).polls('b', told.text(6)), 'pass', []],
  ['that has it late', (told) => told.passes(LATE).polls('b', told.text(6)).passes(500), 'fail', view],
  ['that has it when the answer goes on', (told) => told.passes(LATE), 'fail', view],
  ['when the answer is held for less', (told) => told.passes(2_000), 'not-applicable', []],
  ['that was late for the harness', (told) => told.stalls(1_000).passes(2_000), 'not-applicable', []],
  ['that was late for want of a processor', (told) => told.starves(LATE, 400), 'unknown', []],
  ['whose line is cut', (told) => wrong('tab-2')(told).passes(LATE), 'not-applicable', []],
  [
    'that is frozen',
    (told) => told.does('freeze', 'ok', { actor: 'tab-2' }).passes(LATE),
    'not-applicable',
    [],
  ],
  [
    'that went elsewhere',
    (told) => told.does('switch', 'ok', { actor: 'tab-2', session: 'tides' }).passes(LATE),
    // Going there is judged.
    'pass',
    [],
  ],
  ['while the database is gone', (told) => wrong('database')(told).passes(LATE), 'not-applicable', []],
  [
    'of an answer that is stopped',
    (told) => told.does('stop', 'ok', { actor: 'tab-2', state: 'completed' }).passes(LATE),
    'not-applicable',
    [],
  ],
  ['that is closed', (told) => told.passes(100).closes('b', 'tab-closed').passes(LATE), 'not-applicable', []],
  [
    'that has a stream again, which then is to be timely',
    (told) => told.released(6).connects('b', null).speaks(8).shows('a', 8).held(8).passes(LATE),
    'not-applicable',
    [],
  ],
])('a tab without a stream %s', (_, told, verdict, expected) => {
  const judged = seen(told(askedFor())).judged();
  expect(failures(judged).filter((clause) => clause.startsWith('no-blocking'))).toEqual(expected);
  expect(judged.checks.find(({ id }) => id === 'no-blocking')!.verdict).toBe(verdict);
});

test('of an answer that never was held nothing is known, which a scenario that promised it hears', () => {
  const plan = { feeds: ['no-blocking'] };
  const told = heldBeside({ plan }).released(6);
  told.asksBeside().passes(LATE);
  const { verdict, reason } = told.answersBeside().finishes().judged();
  expect({ verdict, reason }).toMatchObject({ verdict: 'unknown' });
});
