/** A process of the target that stands still beside another: what that excuses, what it may cost, and what not. */
import { describe, expect, it, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import type { ProcessEvent, RecordedOf } from '../history/events.ts';
import { standstillsOf } from './deaths.ts';
import { failures, SPEC, type Story, story } from './testing/history.ts';

const text = (chunks: number) => oracleText(SPEC.seed, 0, chunks, SPEC.mode);

const pauses = (told: Story, ms: number) =>
  told.target('killed', true, 'SIGSTOP').passes(ms).target('killed', true, 'SIGCONT');

const another = (told: Story) =>
  told.by('stack', { type: 'process', name: 'target-2', pid: 2, state: 'ready', planned: true });

const halfway = (told: Story) => told.asks().calls().opens('a').speaks(9).shows('a', 9);
const told = () => story({ capabilities: { instances: true, holdsFor: 1_000 } });

/** The other process has ended the answer with so many chunks, and the view is told. */
const endsWith = (of: Story, chunks: number) =>
  of
    .hangsUp('aborted')
    .disconnects('a')
    .says('list', 'error')
    .resets('a')
    .sees('a', text(chunks), 'set')
    .ends('a', 'error')
    .finishes({ state: 'error', text: text(chunks) });

const MUST_GO_ON = ['no-loss/completed', 'no-loss/fresh-full', 'no-loss/row-full'];

describe('an answer whose process stood still', () => {
  it.each<[string, () => Story, string[]]>([
    [
      'beside another, for longer than is borne, may have been ended by that, up to its last checkpoint',
      () => endsWith(pauses(halfway(another(told())), 4_000), 5),
      [],
    ],
    [
      'and have lost no more than that',
      () => endsWith(pauses(halfway(another(told())), 4_000), 3),
      ['bounded-exposure/snapshot', 'no-loss/crash-bound'],
    ],
    [
      'for no longer than is borne must go on',
      () => endsWith(pauses(halfway(another(told())), 900), 9),
      MUST_GO_ON,
    ],
    ['and nobody else was there must go on', () => endsWith(pauses(halfway(told()), 4_000), 9), MUST_GO_ON],
    [
      'before it was asked must go on',
      () => endsWith(halfway(pauses(another(told()), 4_000)), 9),
      MUST_GO_ON,
    ],
    [
      'goes on with what it has not lost, too',
      () => {
        const of = pauses(halfway(another(told())), 4_000);
        return of.speaks(12).shows('a', 12).hears('a', 'completed').finishes();
      },
      [],
    ],
  ])('%s', (_, play, expected) => {
    expect(failures(play().judged())).toEqual(expected);
  });
});

it('whose cursor stands past what was kept when the process lapsed, may refuse it', () => {
  const refused = (ms: number) => {
    const of = pauses(halfway(another(told())), ms)
      .disconnects('a')
      .connects('a', 'c9');
    return endsWith(of.disconnects('a', 'refused', 416).connects('a', null), 5);
  };
  expect(failures(refused(4_000).judged())).toEqual([]);
  expect(failures(refused(500).judged())).toContain('cursor-exact/accepted');
});

const rerun = (of: Story) =>
  of
    .hangsUp('aborted')
    .disconnects('a')
    .calls(1)
    .connects('a', null)
    .resets('a')
    .speaks(12)
    .shows('a', 12)
    .hears('a', 'completed')
    .finishes();

it('where others go on with what a process leaves, they may do so when it lapsed, and only then', () => {
  const continuing = (ms: number) => {
    const of = story({ capabilities: { instances: true, holdsFor: 1_000, afterCrash: 'continues' } });
    return failures(rerun(pauses(halfway(another(of)), ms)).judged());
  };
  expect(continuing(4_000)).not.toContain('one-generation/one-call');
  expect(continuing(500)).toContain('one-generation/one-call');
});

type Step = [name: string, state: ProcessEvent['state'], reason?: string];
const STOP = 'SIGSTOP';
const GO = 'SIGCONT';

test.each<[string, Step[], [number, number | null][]]>([
  [
    'alone',
    [
      ['target', 'killed', STOP],
      ['target', 'killed', GO],
    ],
    [],
  ],
  [
    'beside another',
    [
      ['target-2', 'ready'],
      ['target', 'killed', STOP],
      ['target', 'killed', GO],
    ],
    [[1, 2]],
  ],
  [
    'until another came',
    [
      ['target', 'killed', STOP],
      ['target-2', 'ready'],
      ['target', 'killed', GO],
    ],
    [[0, 2]],
  ],
  [
    'to its death',
    [
      ['target-2', 'ready'],
      ['target', 'killed', STOP],
      ['target', 'killed', 'SIGKILL'],
    ],
    [[1, 2]],
  ],
  [
    'for ever',
    [
      ['target-2', 'ready'],
      ['target-2', 'killed', STOP],
    ],
    [[1, null]],
  ],
  [
    'beside one that is gone',
    [
      ['target-2', 'ready'],
      ['target-2', 'exited'],
      ['target', 'killed', STOP],
    ],
    [],
  ],
  [
    'twice',
    [
      ['target-2', 'ready'],
      ['target', 'killed', STOP],
      ['target', 'killed', GO],
      ['target', 'killed', STOP],
      ['target', 'killed', GO],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
])('a process stood still %s', (_, steps, spans) => {
  const events = steps.map(
    ([name, state, reason], seq): RecordedOf<'process'> => ({
      ...{ type: 'process', name, pid: 7, state, planned: true, source: 'stack', seq, t: seq, err: 0 },
      ...(reason !== undefined && { reason }),
    }),
  );
  expect(standstillsOf(events.reverse()).map(({ at, until }) => [at.t, until?.t ?? null])).toEqual(spans);
});

describe('of two processes', () => {
  const asked = (instance?: number) => (of: Story) => {
    const told = of.asks().calls();
    const stream = 'stream-1';
    const led = instance === undefined ? {} : { instance };
    told.by('proxy', {
      type: 'wire.open',
      exchange: 'x',
      device: 'tab',
      method: 'POST',
      path: '/',
      stream,
      ...led,
    });
    return told.opens('a').speaks(9).shows('a', 9);
  };
  const dies = (of: Story, name: string) =>
    of.by('stack', { type: 'process', name, pid: 3, state: 'killed', planned: true, reason: 'SIGKILL' });

  it.each<[string, (of: Story) => Story, string, string[]]>([
    ['the end of the one that was asked excuses', asked(1), 'target-2', []],
    ['the end of the other does not', asked(0), 'target-2', MUST_GO_ON],
    ['the end of the first does not, where the second was asked', asked(1), 'target', MUST_GO_ON],
    ['either excuses where it is not known which was asked', asked(), 'target-2', []],
  ])('%s', (_, ask, name, expected) => {
    expect(failures(endsWith(dies(ask(another(told())), name), 9).judged())).toEqual(expected);
  });

  it('either excuses where the question was repeated to the other', () => {
    const of = asked(0)(another(told())).disconnects('a').connects('a', null);
    const wire = { type: 'wire.open', exchange: 'y', device: 'tab', method: 'POST', path: '/' } as const;
    const again = of
      .by('proxy', { ...wire, stream: 'stream-2', instance: 1 })
      .resets('a')
      .shows('a', 9);
    expect(failures(endsWith(dies(again, 'target-2'), 9).judged())).toEqual([]);
  });

  it('standing still excuses as little of the answers of the other', () => {
    const of = pauses(asked(1)(another(told())), 4_000);
    expect(failures(endsWith(of, 9).judged())).toEqual(MUST_GO_ON);
  });
});
