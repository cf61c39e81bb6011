import { describe, expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import { answered, askedFor, failures, type Setting, SPEC, type Story, story } from './testing/history.ts';

const text = (to: number, from = 0) => oracleText(SPEC.seed, 0, to, SPEC.mode, from);
const rest = (told: Story) => told.speaks(12).shows('a', 12).hears('a', 'completed').finishes();
const halfway = (setting?: Setting) => story(setting).asks().calls().opens('a').speaks(6).shows('a', 6);
/** @param then what happens before it is told as an error */
const failing = (asked: Story, then = (told: Story) => told) =>
  then(asked.calls().opens('a').speaks(3).shows('a', 3))
    .hangsUp('aborted')
    .hears('a', 'error')
    .finishes({ state: 'error', text: text(3) });

/** What looks wrong and is not, or cannot be known to be: it must not be held against the target. */
const NEAR_MISSES: Record<string, () => Story> = {
  'a reader that goes on trying for long, twice a second': () => {
    const told = halfway().disconnects('a', 'eof');
    for (let n = 0; n < 60; n++) told.connects('a', 'c6').disconnects('a', 'eof').passes(500);
    return rest(told.connects('a', 'c6'));
  },
  'many streams in a short time, each of which brings something': () => {
    const told = story().asks().calls().opens('a');
    for (let n = 0; n < 11; n++) {
      told.speaks(n + 1).shows('a', n + 1);
      for (let m = 0; m < 5; m++) told.disconnects('a', 'eof').connects('a', `c${n + 1}`);
    }
    return rest(told);
  },
  'a row that is absent, asked for within the clock error of the hold': () =>
    rest(story({ err: 5 }).asks().calls().held(-1).row('', 'absent').passes(20).released(-1).opens('a')),
  'a row that is absent, answered within the clock error of the release': () =>
    rest(story({ err: 5 }).asks().calls().held(-1).passes(20).row('', 'absent').released(-1).opens('a')),
  'a reader that had the chunk just within the bound and the clock error': () =>
    rest(
      story({ err: 5 })
        .asks()
        .calls()
        .opens('a')
        .speaks(6)
        .held(6)
        .shows('a', 5)
        .passes(996)
        .shows('a', 6)
        .passes(50)
        .released(6),
    ),
  'a hold shorter than the bound': () =>
    rest(story().asks().calls().opens('a').speaks(6).held(6).shows('a', 4).passes(500).released(6)),
  'a reader whose network was cut during the hold': () =>
    rest(
      story()
        .asks()
        .calls()
        .opens('a')
        .speaks(6)
        .shows('a', 4)
        .fault('struck', 'tab', { live: 1 })
        .held(6)
        .passes(2_000)
        .fault('healed')
        .released(6),
    ),
  'a reader that waits while the database fails': () =>
    rest(
      story()
        .asks()
        .calls()
        .opens('a')
        .speaks(6)
        .shows('a', 4)
        .fault('struck', 'database')
        .held(6)
        .passes(2_000)
        .fault('healed', 'database')
        .released(6),
    ),
  'an answer that failed by a database that was away since before it was asked for': () =>
    failing(story().fault('struck', 'database').asks(), (told) => told.fault('healed', 'database')),
  'an answer that failed by an LLM that was out of reach since before it was asked for': () =>
    failing(story().fault('struck', 'llm').asks(), (told) => told.fault('healed', 'llm')),
  'a cursor refused after the database failed, of an answer that ended in error': () =>
    halfway()
      .fault('struck', 'database')
      .disconnects('a')
      .hangsUp('aborted')
      .connects('a', 'c6')
      .disconnects('a', 'refused', 416)
      .fault('healed', 'database')
      .resets('a')
      .says('list', 'error')
      .sees('a', text(5), 'set')
      .ends('a', 'error')
      .finishes({ state: 'error', text: text(5) }),
  'a cursor that is put off until later, by a target with too much to do': () =>
    rest(
      halfway()
        .disconnects('a')
        .connects('a', 'c6')
        .disconnects('a', 'refused', 429)
        .connects('a', 'c6')
        .disconnects('a', 'refused', 503)
        .connects('a', 'c6'),
    ),
  'a page that was frozen during the hold': () =>
    rest(
      story()
        .asks()
        .calls()
        .opens('a', { by: 'page' })
        .speaks(6)
        .shows('a', 4)
        .does('freeze')
        .held(6)
        .passes(2_000)
        .does('thaw')
        .released(6),
    ),
  'a page that listens to what it does not show, and shows it when one comes back': () =>
    rest(
      story()
        .asks()
        .calls()
        .opens('a', { by: 'page' })
        .speaks(6)
        .shows('a', 4)
        .does('switch', 'ok', { session: 'tides' })
        .held(6)
        .passes(2_000)
        .does('switch', 'ok', { session: 'kelp' })
        .shows('a', 6)
        .released(6),
    ),
  'a page that has the end from where nobody listens': () =>
    story()
      .asks()
      .calls()
      .opens('a', { by: 'page' })
      .speaks(12)
      .shows('a', 12)
      .hangsUp()
      .disconnects('a', 'eof')
      .ends('a', 'completed')
      .finishes(),
  'a snapshot that lacks exactly the interval': () => rest(halfway().row(text(1), 'generating')),
  'a snapshot taken within the clock error of what was seen': () =>
    rest(story({ err: 20 }).asks().calls().opens('a').speaks(6).shows('a', 6).row('', 'generating')),
  'the end told before the ledger has written down its own': () =>
    halfway().speaks(12).shows('a', 12).hears('a', 'completed').hangsUp().finishes(),
  'an error told before the ledger has written down the fault': () =>
    halfway()
      .hears('a', 'error')
      .passes(200)
      .hangsUp('fault')
      .finishes({ state: 'error', text: text(6) }),
  'idle, while the last chunks are on their way': () => answered().says('status', 'absent').finishes(),
  'generating, told by an answer that was asked for before the end': () => {
    const told = halfway().speaks(12).shows('a', 12);
    const asked = told.t++;
    told.hears('a', 'completed');
    return told
      .by('tab', { type: 'state', from: 'status', actor: 'tab', send: SPEC.seed, asked, state: 'generating' })
      .finishes();
  },
  'a cursor refused after a crash': () =>
    story()
      .asks()
      .calls()
      .opens('a')
      .speaks(6)
      .shows('a', 6)
      .target('exited', false)
      .hangsUp('aborted')
      .disconnects('a')
      .target('ready')
      .connects('a', 'c6')
      .disconnects('a', 'refused', 409)
      .says('list', 'error')
      .ends('a', 'error')
      .finishes({ state: 'error', text: text(6) }),
  'an answer that a planned shutdown ended with all that was seen': () =>
    halfway()
      .target('killed', true, 'SIGTERM')
      .hangsUp('aborted')
      .disconnects('a')
      .target('exited', true, 'exit code 0')
      .target('ready')
      .says('list', 'error')
      .ends('a', 'error')
      .finishes({ state: 'error', text: text(6) }),
  'a process that was only paused': () => rest(halfway().target('killed', true, 'SIGSTOP')),
  'an answer that went on after a crash, by a call of its own': () =>
    halfway({ capabilities: { afterCrash: 'continues' } })
      .target('killed', true, 'SIGKILL')
      .hangsUp('aborted')
      .disconnects('a')
      .target('exited', true, 'signal SIGKILL')
      .target('ready')
      .calls(1)
      .connects('a', null)
      .resets('a', 'replay')
      .speaks(12)
      .shows('a', 12)
      .hears('a', 'completed')
      .finishes(),
  'a read that failed before healing, and one of another session': () =>
    rest(halfway().does('read', 'fail', { http: 503, session: 'kelp' })).does('read', 'fail', {
      http: 503,
      session: 'other',
    }),
  'a view whose tab was closed before the end': () =>
    halfway().closes('a', 'tab-closed').speaks(12).finishes(),
  'a view of a session that its tab left for another': () =>
    halfway().does('switch', 'ok', { session: 'other' }).speaks(12).finishes(),
  'a view whose network never came back': () =>
    halfway().fault('struck', 'tab', { live: 1 }).speaks(12).finishes(),
  'a second send of the same question': () => rest(halfway().asks()),
  'two answers, one of which was asked for anew': () =>
    answered()
      .hangsUp()
      .does('send', 'ok', { causes: 'regenerate' })
      .calls(1)
      .opens('b')
      .speaks(12)
      .shows('b', 12)
      .hears('b', 'completed')
      .closes('a', 'tab-closed')
      .says('list', 'completed', { answers: 2 })
      .finishes(),
  'the end told anew by each connection that asks for it': () =>
    answered().connects('a', 'c12').says('stream', 'completed').disconnects('a', 'terminal').finishes(),
  'an auxiliary call': () =>
    rest(halfway().by('llm', { type: 'llm.call', call: 'title', send: null, attempt: 0 })),
  'another attempt that was asked for': () =>
    answered()
      .hangsUp()
      .does('send', 'ok', { causes: 'regenerate' })
      .calls(1)
      .opens('b')
      .speaks(12)
      .shows('b', 12)
      .hears('b', 'completed')
      .closes('a', 'tab-closed')
      .finishes(),
  'twenty streams in a row without text': () => {
    const told = halfway().disconnects('a', 'eof');
    for (let n = 0; n < 19; n++) told.connects('a', 'c6').disconnects('a', 'eof');
    return rest(told.connects('a', 'c6'));
  },
  'a hundred connections that the missing network refused': () => {
    const told = halfway().fault('struck', 'tab', { live: 1 }).disconnects('a');
    for (let n = 0; n < 100; n++) told.connects('a', 'c6').disconnects('a', 'refused');
    return rest(told.fault('healed').connects('a', 'c6'));
  },
};

/** Each bound, missed by less than the harness stood still, and by more. */
const STALLED: [clause: string, told: (late: number) => Story][] = [
  [
    'timely-delivery/reader',
    (late) =>
      rest(
        story()
          .asks()
          .calls()
          .opens('a')
          .speaks(6)
          .held(6)
          .shows('a', 5)
          .passes(50)
          .stalls(1_300)
          .passes(late)
          .shows('a', 6)
          .passes(2_000)
          .released(6),
      ),
  ],
  [
    'timely-delivery/database',
    (late) =>
      rest(
        halfway()
          .held(6)
          .stalls(1_300)
          .passes(2_000 + late)
          .row(text(5), 'generating')
          .passes(50)
          .released(6),
      ),
  ],
  [
    'eventual-end/view',
    (late) =>
      halfway()
        .speaks(12)
        .shows('a', 12)
        .hangsUp()
        .by('runner', { type: 'phase', phase: 'heal' })
        .stalls(1_300)
        .passes(4_500 + late)
        .hears('a', 'completed')
        .reads(text(12), 'completed')
        .row(text(12), 'completed', { final: true })
        .isDone(),
  ],
  [
    'cancel-honoured/call-closes',
    (late) =>
      halfway()
        .held(6)
        .does('stop', 'ok', { state: 'cancelled' })
        .hears('a', 'cancelled')
        .stalls(1_300)
        .passes(1_000 + late)
        .hangsUp('aborted')
        .finishes({ state: 'cancelled', text: text(6) }),
  ],
];

describe.each(STALLED)('%s, while the harness stood still for 1.3 s', (clause, told) => {
  test('a little late is in time', () => expect(failures(told(90).judged())).toEqual([]));
  test('much too late is late', () => expect(failures(told(1_690).judged())).toEqual([clause]));
});

test.each(Object.entries(NEAR_MISSES))('%s', (_, told) => {
  const verdict = told().judged();
  expect(failures(verdict)).toEqual([]);
  expect(verdict.verdict).toBe('pass');
});

const page = () => story().asks().calls().opens('a', { by: 'page' }).speaks(6).shows('a', 6);

test.each([
  [
    'an end that it made up',
    'truthful-status/still-speaking',
    () => page().disconnects('a', 'eof').held(6).passes(100).ends('a', 'completed').passes(3_000).released(6),
  ],
  [
    'being late, when it was frozen long before',
    'timely-delivery/reader',
    () =>
      story()
        .asks()
        .calls()
        .opens('a', { by: 'page' })
        .does('freeze')
        .does('thaw')
        .speaks(6)
        .shows('a', 4)
        .held(6)
        .passes(2_000)
        .released(6),
  ],
  [
    'by having been elsewhere before the hold',
    'timely-delivery/reader',
    () =>
      story()
        .asks()
        .calls()
        .opens('a', { by: 'page' })
        .does('switch', 'ok', { session: 'tides' })
        .does('switch', 'ok', { session: 'kelp' })
        .speaks(6)
        .shows('a', 4)
        .held(6)
        .passes(2_000)
        .does('switch', 'ok', { session: 'tides' })
        .does('switch', 'ok', { session: 'kelp' })
        .released(6),
  ],
] as const)('a page is not excused %s', (_, clause, told) => {
  expect(failures(told().speaks(12).shows('a', 12).hangsUp().finishes().judged())).toContain(clause);
});

test('a death that was over before it was asked for excuses no refusal of its cursor', () => {
  const died = story().target('killed', true, 'SIGKILL').target('exited').target('ready');
  const told = died.asks().calls().opens('a').speaks(6).shows('a', 6);
  const refused = told
    .disconnects('a')
    .connects('a', 'c6')
    .disconnects('a', 'refused', 400)
    .connects('a', 'c6');
  expect(failures(rest(refused).judged())).toEqual(['cursor-exact/accepted']);
});

test.each(['database', 'llm'])(
  'a fault of the %s that was over before it was asked for excuses nothing',
  (at) => {
    const told = failing(story().fault('struck', at).fault('healed', at).asks());
    expect(failures(told.judged())).toContain('no-loss/completed');
  },
);

test('who gives a held call up says so before the ledger hears of it: that is a loss, and no untruth', () => {
  const told = halfway().held(6).passes(100).hears('a', 'error').passes(200).hangsUp('aborted');
  const failed = failures(told.finishes({ state: 'error', text: text(6) }).judged());
  expect(failed).toEqual(['no-loss/completed', 'no-loss/fresh-full', 'no-loss/row-full']);
});

describe('what was thinned out accuses nobody', () => {
  const spec = { seed: 5, chunks: 3_000, mode: 'marked' as const };

  test('a long answer with a hold in its midst', () => {
    const told = story({ sends: [spec] })
      .asks()
      .calls()
      .opens('a');
    for (let chunk = 1; chunk <= 1_501; chunk++) told.speaks(chunk).shows('a', chunk);
    told
      .held(1_501)
      .passes(5_000)
      .row(oracleText(5, 0, 1_501), 'generating')
      .released(1_501);
    for (let chunk = 1_502; chunk <= 3_000; chunk++) told.speaks(chunk).shows('a', chunk);
    expect(failures(told.hears('a', 'completed').finishes().judged())).toEqual([]);
  });
});

test.each([
  [
    'the LLM never said it',
    'generation',
    (told: Story) =>
      told
        .hangsUp('aborted')
        .hears('a', 'completed')
        .finishes({ text: text(6) }),
  ],
  [
    'the database has it not',
    'database',
    (told: Story) =>
      told
        .speaks(12)
        .shows('a', 8)
        .hears('a', 'completed')
        .finishes({ text: text(8) }),
  ],
  [
    'the wire never carried it',
    'delivery',
    (told: Story) => told.speaks(12).shows('a', 8).hears('a', 'completed').finishes(),
  ],
  [
    'the page dropped it',
    'page',
    (told: Story) =>
      told
        .speaks(12)
        .shows('a', 8)
        .by('proxy', {
          type: 'wire.open',
          exchange: 'x',
          device: 'tab',
          method: 'POST',
          path: '/',
          stream: 'stream-1',
        })
        .by('proxy', { type: 'wire.frame', exchange: 'x', device: 'tab', bytes: 900, text: text(12).length })
        .hears('a', 'completed')
        .finishes(),
  ],
] as const)('a loss is told with its place: %s', (_, place, told) => {
  const { checks } = told(halfway()).judged();
  const { violations } = checks.find(({ id }) => id === 'no-loss')!;
  expect(violations.find(({ clause }) => clause === 'view-full')).toMatchObject({ place });
});

test.each([
  ['page', 'b'],
  ['delivery', 'a'],
] as const)('a view that differs in the end is laid to the %s', (place, differs) => {
  const holds = (view: 'a' | 'b') => text(view === differs ? 8 : 12);
  const told = askedFor().speaks(12);
  const { checks } = told.sees('a', holds('a'), 'set').sees('b', holds('b'), 'set').finishes().judged();
  const { violations } = checks.find(({ id }) => id === 'convergence')!;
  expect(violations.map(({ clause, place }) => ({ clause, place }))).toEqual([{ clause: 'view', place }]);
});
