import { expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import type { CoverageGoal } from '../history/events.ts';
import { coverage } from './coverage.ts';
import { answered, SPEC, type Story, story } from './testing/history.ts';

const send = SPEC.seed;
const begun = (...goals: CoverageGoal[]) =>
  story({ plan: { coverage: goals } })
    .asks()
    .calls()
    .opens('a');
const rest = (told: Story) => told.speaks(12).shows('a', 12).hears('a', 'completed').finishes();

/** After a cut, a stream by which nothing came. */
const onlyTried = (why: 'refused' | 'broken' | 'terminal') =>
  begun({ goal: 'resumed', send })
    .speaks(3)
    .shows('a', 3)
    .does('cut')
    .disconnects('a')
    .connects('a', 'c3')
    .disconnects('a', why);

/** What each goal takes for missed, and (the last entry) for reached. */
const GOALS: [clause: string, missed: string | null, told: () => Story][] = [
  ['fault-struck', 'never struck', () => rest(begun({ goal: 'fault-struck', fault: 'cut' }))],
  [
    'fault-struck',
    'no stream was live',
    () =>
      rest(begun({ goal: 'fault-struck', fault: 'cut' }).fault('struck', 'tab', { live: 0 }).fault('healed')),
  ],
  [
    'fault-struck',
    'never healed',
    () => rest(begun({ goal: 'fault-struck', fault: 'cut' }).fault('struck', 'tab', { live: 1 })),
  ],
  [
    'fault-struck',
    null,
    () =>
      rest(begun({ goal: 'fault-struck', fault: 'cut', heals: false }).fault('struck', 'tab', { live: 1 })),
  ],
  [
    'llm-fault',
    'stall never struck',
    () => rest(begun({ goal: 'llm-fault', send, fault: 'stall' }).strikes('pause', 3)),
  ],
  ['llm-fault', null, () => rest(begun({ goal: 'llm-fault', send, fault: 'stall' }).strikes('stall', 3))],
  [
    'mid-stream',
    'no refresh',
    () => rest(begun({ goal: 'mid-stream', f: 'refresh', send }).does('refresh').speaks(3).shows('a', 3)),
  ],
  ['mid-stream', 'no refresh', () => rest(begun({ goal: 'mid-stream', f: 'refresh', send })).does('refresh')],
  [
    'mid-stream',
    null,
    () => rest(begun({ goal: 'mid-stream', f: 'refresh', send }).speaks(3).shows('a', 3).does('refresh')),
  ],
  ['resumed', 'took send', () => rest(begun({ goal: 'resumed', send }).speaks(3).shows('a', 3))],
  [
    'resumed',
    'took send',
    () => rest(begun({ goal: 'resumed', send }).speaks(12).shows('a', 12)).does('refresh'),
  ],
  [
    'resumed',
    null,
    () =>
      rest(
        begun({ goal: 'resumed', send })
          .speaks(3)
          .shows('a', 3)
          .does('cut')
          .disconnects('a')
          .connects('a', 'c3'),
      ),
  ],
  ['resumed', 'took send', () => onlyTried('refused')],
  ['resumed', 'took send', () => onlyTried('broken')],
  ['resumed', null, () => onlyTried('terminal')],
  ['resumed', null, () => onlyTried('refused').polls('a', oracleText(send, 0, 3))],
  [
    'resumed',
    'took send',
    () => {
      const told = begun({ goal: 'resumed', send }).opens('b', { actor: 'other' }).speaks(3).shows('a', 3);
      return told
        .does('cut')
        .disconnects('a')
        .closes('a', 'tab-closed')
        .speaks(12)
        .shows('b', 12)
        .hears('b', 'completed')
        .finishes();
    },
  ],
  [
    'advanced-while-away',
    'said nothing',
    () =>
      rest(
        begun({ goal: 'advanced-while-away', send, actor: 'tab' })
          .does('switch', 'ok', { session: 'other' })
          .does('switch', 'ok', { session: 'kelp' }),
      ),
  ],
  [
    'advanced-while-away',
    null,
    () =>
      rest(
        begun({ goal: 'advanced-while-away', send, actor: 'tab' })
          .does('switch', 'ok', { session: 'other' })
          .speaks(4)
          .does('switch', 'ok', { session: 'kelp' }),
      ),
  ],
  ['overlap', 'not stream at once', () => rest(begun({ goal: 'overlap', sends: [send, 77] }))],
  [
    'shared',
    'at most 1 of 2 views',
    () => {
      const told = begun({ goal: 'shared', send, views: 2 }).opens('b', { actor: 'other' });
      return told
        .speaks(12)
        .shows('a', 3)
        .shows('a', 12)
        .shows('b', 3)
        .shows('b', 12)
        .hears('b', 'completed')
        .hears('a', 'completed')
        .finishes();
    },
  ],
  [
    'shared',
    'at most 1 of 2 views',
    () => {
      const told = begun({ goal: 'shared', send, views: 2 })
        .speaks(3)
        .shows('a', 3)
        .closes('a', 'tab-closed');
      return told
        .opens('b', { actor: 'other' })
        .shows('b', 3)
        .speaks(12)
        .shows('b', 12)
        .hears('b', 'completed')
        .finishes();
    },
  ],
  [
    'shared',
    null,
    () => {
      const told = begun({ goal: 'shared', send, views: 2 }).opens('b', { actor: 'other' });
      return rest(
        told.speaks(3).shows('a', 3).shows('b', 3).speaks(12).shows('b', 12).hears('b', 'completed'),
      );
    },
  ],
  [
    'asked-while-away',
    'was not asked while',
    () => rest(begun({ goal: 'asked-while-away', send, actor: 'tab' }).does('cut').does('heal')),
  ],
  [
    'asked-while-away',
    'was not asked while',
    () =>
      rest(
        story({ plan: { coverage: [{ goal: 'asked-while-away', send, actor: 'tab' }] } })
          .does('cut')
          .does('heal')
          .asks()
          .calls()
          .opens('a'),
      ),
  ],
  [
    'asked-while-away',
    null,
    () =>
      rest(
        story({ plan: { coverage: [{ goal: 'asked-while-away', send, actor: 'tab' }] } })
          .does('cut')
          .asks()
          .does('heal')
          .calls()
          .opens('a'),
      ),
  ],
  ...([true, false] as const).flatMap((kept) => {
    const wentBack = (how: { kept?: boolean }) => () =>
      rest(begun({ goal: 'went-back', actor: 'tab', kept }).does('back', 'ok', how));
    return [
      ['went-back', 'no page came back', wentBack({ kept: !kept })],
      ['went-back', 'no page came back', wentBack({})],
      ['went-back', null, wentBack({ kept })],
    ] as [string, string | null, () => Story][];
  }),
  [
    'met',
    'in vain for the cut',
    () => answered().by('runner', { type: 'unmet', waitedFor: 'the cut', ms: 9 }).finishes(),
  ],
];

test('every clause can be missed', () => {
  const missable = new Set(GOALS.filter(([, missed]) => missed !== null).map(([clause]) => clause));
  expect([...missable].sort()).toEqual(Object.keys(coverage.clauses).sort());
});

test.each(GOALS)('%s: %s', (clause, missed, told) => {
  const verdict = told().judged();
  const check = verdict.checks.find(({ id }) => id === 'coverage')!;
  if (missed === null) expect(check.verdict).toBe('pass');
  else {
    expect(check).toMatchObject({ verdict: 'unknown', actual: expect.stringContaining(missed) });
    expect(check.actual).toContain(clause);
    expect(verdict.verdict).toBe('unknown');
  }
});
