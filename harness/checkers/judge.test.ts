import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oracle, oracleText, TEXT_MODES } from '../../mock-llm/oracle.ts';
import type { Recorded } from '../history/events.ts';
import { type Checker, judgedFromFacts } from './checker.ts';
import { createJudge, type PlayVerdict } from './judge.ts';
import { answered, failures, judge, SPEC, type Story, story } from './testing/history.ts';

const SPEC_TEXT = oracleText(SPEC.seed, 0, SPEC.chunks, SPEC.mode);

/** Stories with as many sources as there are, right ones and wrong ones. */
const STORIES: Record<string, () => Story> = {
  clean: () => answered().finishes(),
  cut: () =>
    story()
      .asks()
      .calls()
      .held(-1)
      .passes(9)
      .row('', 'generating')
      .passes(9)
      .released(-1)
      .opens('a')
      .speaks(4)
      .shows('a', 4)
      .fault('struck', 'tab', { live: 1 })
      .disconnects('a')
      .speaks(8)
      .fault('healed')
      .connects('a', 'c4')
      .speaks(12)
      .shows('a', 12)
      .hears('a', 'completed')
      .finishes(),
  crash: () =>
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
      .says('list', 'error')
      .ends('a', 'error')
      .finishes({ state: 'error', text: '' }),
  stalled: () =>
    story()
      .asks()
      .calls()
      .opens('a')
      .speaks(6)
      .held(6)
      .stalls(1_300)
      .passes(90)
      .shows('a', 6)
      .released(6)
      .speaks(12)
      .shows('a', 12)
      .hears('a', 'completed')
      .by('tab', { type: 'unreadable', actor: 'tab', what: 'answer', reason: 'no JSON' })
      .by('tab', { type: 'stray', actor: 'tab', send: SPEC.seed, owner: null, message: 'm9', length: 4 })
      .finishes(),
  stolen: () =>
    answered()
      .does('read', 'ok', { hostile: 'foreign-user', actor: 'stranger', length: 9 })
      .finishes({ row: '' }),
};

function sourcesOf(events: readonly Recorded[]): Recorded[][] {
  const sources = new Map<string, Recorded[]>();
  for (const event of events) sources.set(event.source, [...(sources.get(event.source) ?? []), event]);
  return [...sources.values()];
}

/** All that must not depend on the order in which sources are read. */
function essence({ verdict, checks, metrics }: PlayVerdict) {
  const judged = checks.map((check) => ({
    ...check,
    violations: check.violations.map((violation) => JSON.stringify(violation)).sort(),
  }));
  return { verdict, metrics, checks: judged.map(({ expected, actual, place, evidence, ...rest }) => rest) };
}

describe('many short plays', () => {
  const CLEAN = STORIES.clean!().events;
  const named = (play: string) => CLEAN.map((event) => ({ ...event, play }));

  test('one that is taken has the verdict that it would have had, and is forgotten', () => {
    const judging = createJudge();
    for (const event of [...named('a'), ...named('b')]) judging.push(event);
    const [whole] = createJudgeOf(named('a')).finish();
    expect(judging.take('a')).toEqual(whole);
    expect(judging.take('a')).toBeUndefined();
    expect(judging.finish().map(({ play }) => play)).toEqual(['b']);
  });
});

describe('a ledger told as a digest', () => {
  const digest = (events: readonly Recorded[]) =>
    createJudgeOf(
      events
        .filter(({ type }) => type !== 'llm.chunk')
        .map((event) => (event.type === 'plan' ? { ...event, ledger: 'calls' as const } : event)),
    );

  test('is enough for what is sound', () => {
    expect(digest(STORIES.clean!().events).finish()).toMatchObject([{ verdict: 'pass' }]);
  });

  test('and for a loss in what it leaves out', () => {
    const lost = story()
      .asks()
      .calls()
      .opens('a')
      .speaks(12)
      .shows('a', 8)
      .hangsUp()
      .hears('a', 'completed')
      .finishes();
    const checks = digest(lost.events)
      .finish()[0]!
      .checks.filter(({ verdict }) => verdict === 'fail');
    expect(checks.map(({ id }) => id)).toContain('no-loss');
  });
});

function createJudgeOf(events: readonly Recorded[]) {
  const judging = createJudge();
  for (const event of events) judging.push(event);
  return judging;
}

describe('the order of sources does not matter', () => {
  test.each(Object.entries(STORIES))('%s, interleaved in any way', (_, tell) => {
    const { events } = tell();
    const expected = essence(judge(events));
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (picks) => {
        const left = sourcesOf(events);
        const shuffled: Recorded[] = [];
        while (left.length > 0) {
          const pick = picks.next().value % left.length;
          shuffled.push(left[pick]!.shift()!);
          if (left[pick]!.length === 0) left.splice(pick, 1);
        }
        expect(essence(judge(shuffled))).toEqual(expected);
      }),
    );
  });

  test.each(Object.entries(STORIES))('%s, folded apart and merged', (_, tell) => {
    const { events } = tell();
    const expected = essence(judge(events));
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 2 })), (picks) => {
        const judges = [createJudge(), createJudge(), createJudge()] as const;
        for (const source of sourcesOf(events)) {
          const mine = judges[picks.next().value]!;
          for (const event of source) mine.push(event);
        }
        judges[0].merge(judges[1]);
        judges[0].merge(judges[2]);
        expect(essence(judges[0].finish()[0]!)).toEqual(expected);
      }),
    );
  });
});

describe('a text that was changed on its way', () => {
  const changes = ['drop', 'double', 'swap', 'alter', 'foreign'] as const;
  const TEXTUAL = ['no-loss', 'no-duplication', 'prefix-order', 'isolation'];

  test('fails one of the checkers of text, always', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.constantFrom(...TEXT_MODES),
        fc.constantFrom(...changes),
        fc.nat({ max: 14 }),
        (seed, mode, change, at) => {
          const spec = { seed, chunks: 16, mode };
          const right = Array.from({ length: 16 }, (_, i) => oracle(seed, 0, i, mode));
          const wrong = [...right];
          if (change === 'drop') wrong.splice(at, 1);
          if (change === 'double') wrong.splice(at, 0, right[at]!);
          if (change === 'swap') [wrong[at], wrong[at + 1]] = [right[at + 1]!, right[at]!];
          if (change === 'foreign') wrong.splice(at, 0, oracle(seed ^ 1, 0, at, mode));
          if (change === 'alter') wrong[at] = right[at]!.replace(/.$/su, '\ufffd\ufffd');
          fc.pre(wrong.join('') !== right.join(''));
          const told = story({ sends: [spec] })
            .asks()
            .calls()
            .opens('a')
            .speaks(16);
          for (const text of wrong) told.sees('a', text);
          const verdict = told.hears('a', 'completed').finishes().judged();
          const failed = verdict.checks.filter((check) => check.verdict === 'fail').map(({ id }) => id);
          expect(failed.some((id) => TEXTUAL.includes(id))).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('nothing passes that was not shown', () => {
  const verdictOf = (checks: PlayVerdict, id: string) =>
    checks.checks.find((check) => check.id === id)!.verdict;

  test('a checker that the scenario promised to feed and did not is unknown, another not applicable', () => {
    const verdict = answered({ plan: { feeds: ['cancel-honoured'] } })
      .finishes()
      .judged();
    expect(verdict.verdict).toBe('unknown');
    expect(verdictOf(verdict, 'cancel-honoured')).toBe('unknown');
    expect(verdictOf(verdict, 'cursor-exact')).toBe('not-applicable');
  });

  test.each([
    ['broke', 'broken', undefined],
    ['ended without a word', 'eof', undefined],
    ['was told to come later', 'refused', 429],
    ['met nobody who could serve it', 'refused', 503],
  ] as const)('a resume that %s says nothing about its cursor', (_, why, http) => {
    const verdict = story({ plan: { feeds: ['cursor-exact'] } })
      .asks()
      .calls()
      .opens('a')
      .speaks(6)
      .shows('a', 6)
      .disconnects('a')
      .connects('a', 'c6')
      .disconnects('a', why, http)
      .speaks(12)
      .hangsUp()
      .polls('a', SPEC_TEXT)
      .says('list', 'completed')
      .ends('a', 'completed')
      .finishes()
      .judged();
    expect(verdictOf(verdict, 'cursor-exact')).toBe('unknown');
    expect(failures(verdict)).toEqual([]);
  });

  test('what was counted before and not in the end may be left open', () => {
    const told = answered()
      .by('stack', { type: 'gauge', name: 'llm-calls', when: 'baseline', value: 0 })
      .by('stack', { type: 'gauge', name: 'target-sockets', when: 'baseline', value: 0 })
      .finishes()
      .by('stack', { type: 'gauge', name: 'llm-calls', when: 'end', value: 0 });
    expect(told.judged()).toMatchObject({
      verdict: 'unknown',
      reason: 'hygiene: target-sockets not counted in the end.',
    });
  });

  test('a checker that throws is unknown, with what it said', () => {
    const broken: Checker = {
      id: 'broken',
      key: 'send',
      holds: '',
      clauses: {},
      ...judgedFromFacts,
      verdict() {
        throw new Error('oops');
      },
    };
    const judge = createJudge({ checkers: [broken] });
    for (const event of answered().finishes().events) judge.push(event);
    expect(judge.finish()[0]).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('oops') });
  });

  test('a play that broke off, that has no plan, or whose LLM never finished is unknown', () => {
    const events = answered().finishes().events;
    const brokenOff = events.filter((event) => event.type !== 'phase' || event.phase !== 'done');
    expect(judge(brokenOff)).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('broke off'),
    });
    expect(judge(events.slice(1))).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('plan'),
    });
    const speaking = story().asks().calls().opens('a').speaks(5).shows('a', 5);
    const cutShort = speaking.row('', 'generating', { final: true }).isDone();
    expect(cutShort.judged()).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('the LLM'),
    });
    for (const id of ['no-loss', 'convergence', 'eventual-end'])
      expect(verdictOf(cutShort.judged(), id)).toBe('unknown');
  });

  test('an answer that nobody looked at in the end is unknown, whoever had seen it before', () => {
    const unseen = answered().finishesUnseen();
    const unprobed = answered()
      .row(SPEC_TEXT, 'completed')
      .finishesUnseen()
      .reads(SPEC_TEXT, 'completed')
      .isDone()
      .judged();
    const failed = answered()
      .finishesUnseen()
      .does('read', 'fail', { actor: 'reader', session: 'kelp', http: 500 })
      .reads(SPEC_TEXT, 'completed')
      .isDone()
      .judged();
    for (const verdict of [unseen.isDone().judged(), unprobed, failed])
      for (const id of ['no-loss', 'convergence']) expect(verdictOf(verdict, id)).toBe('unknown');
    expect(unprobed.reason).toContain('database was not looked into');
    expect(failed.reason).toContain('status 500');
    const enough = answered().finishesUnseen().reads(SPEC_TEXT, 'completed').isDone().judged();
    expect(enough).toMatchObject({ verdict: 'pass' });
  });

  test('what the target said and nobody could read is unknown', () => {
    const told = answered().by('tab', {
      type: 'unreadable',
      actor: 'tab',
      what: 'frame',
      reason: 'the data is no JSON',
    });
    expect(told.finishes().judged()).toMatchObject({
      verdict: 'unknown',
      reason: 'What the target said could not be read once: the data is no JSON.',
    });
  });

  test('an LLM call of a send that nobody made leaves no play of the run a pass', () => {
    const call = { type: 'llm.call', call: 'call-9', send: 9, attempt: 0 } as const;
    const verdict = answered().by('llm', call, null).finishes().judged();
    expect(verdict).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('send 9') });
  });

  test('a play without a plan has its verdict, merged or not', () => {
    const [withPlan, without] = [createJudge(), createJudge()];
    for (const event of answered().finishes().events) {
      withPlan.push(event);
      if (event.type !== 'plan') without.push({ ...event, play: 'planless' });
    }
    withPlan.merge(without);
    expect(withPlan.finish()).toMatchObject([
      { play: 'play', verdict: 'pass' },
      { play: 'planless', verdict: 'unknown', reason: 'The history has no plan of this play.' },
    ]);
  });

  test('a play that is concluded keeps its verdict, whatever comes of it later', () => {
    for (const tell of Object.values(STORIES)) {
      const { events } = tell();
      const judge = createJudge();
      for (const event of events) judge.push(event);
      const [expected] = judge.finish();
      judge.conclude('play');
      for (const event of events) judge.push(event);
      expect(judge.finish()).toEqual([expected]);
    }
  });

  test('an answer that the LLM is called for once more, when its play has been judged, is told', () => {
    const told = answered().finishes();
    const judge = createJudge();
    for (const event of told.events) judge.push(event);
    judge.conclude('play');
    const call = { type: 'llm.call', call: 'call-again', send: SPEC.seed, attempt: 1, err: 0 } as const;
    // What was booked late, of the time of the play, is none.
    judge.push({ ...call, source: 'llm', seq: 100, t: told.t - 50_000, play: 'play' });
    expect(judge.finish()).toMatchObject([{ verdict: 'pass' }]);
    for (const play of ['play', undefined])
      judge.push({ ...call, source: 'llm', seq: 101, t: told.t + 5_000, ...(play && { play }) });
    const [verdict] = judge.finish();
    expect(failures(verdict!)).toEqual(['one-generation/one-call']);
    expect(verdict).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('after the end of its play'),
    });
    expect(verdict!.checks.find(({ id }) => id === 'one-generation')).toMatchObject({ violationCount: 2 });
  });

  test('a send that nobody made leaves a play that was concluded no pass either', () => {
    const judge = createJudge();
    for (const event of answered().finishes().events) judge.push(event);
    judge.conclude('play');
    const stamp = { source: 'llm', seq: 999, t: 99_999, err: 0 };
    judge.push({ type: 'llm.call', call: 'call-9', send: 9, attempt: 0, ...stamp });
    expect(judge.finish()).toMatchObject([{ verdict: 'unknown', reason: expect.stringContaining('send 9') }]);
  });

  test('a failure says where it was lost, first in which chunk, and by which lines', () => {
    const verdict = answered().finishes({ row: '', rowState: 'absent' }).judged();
    const check = verdict.checks.find(({ id }) => id === 'no-loss')!;
    expect(check).toMatchObject({ verdict: 'fail', place: 'database', expected: 'all 12 chunks' });
    expect(check.actual).toContain('missing: chunks 0–11');
    expect(check.evidence).toEqual([expect.stringMatching(/^probe#\d+$/)]);
  });

  test('events of the whole stack, and those that only name a send, reach the play', () => {
    const events = answered()
      .finishes()
      .events.map((event) => {
        const { play, ...rest } = event;
        return event.source === 'llm' ? (rest as Recorded) : event;
      });
    expect(judge(events)).toMatchObject({ verdict: 'pass' });
    const gauges = answered()
      .by('stack', { type: 'gauge', name: 'llm-calls', when: 'baseline', value: 0 }, null)
      .finishes()
      .by('stack', { type: 'gauge', name: 'llm-calls', when: 'end', value: 1 }, null);
    expect(failures(gauges.judged())).toEqual(['hygiene/llm-calls']);
  });

  test('an answer that the LLM itself spoke wrongly is not held against the target', () => {
    const told = story().asks().calls().opens('a').speaks(6);
    told.by('llm', { type: 'llm.chunk', call: 'call-12-0', send: SPEC.seed, attempt: 0, i: 5 });
    const verdict = told
      .speaks(12)
      .shows('a', 6)
      .sees('a', told.text(6, 5))
      .shows('a', 12)
      .hears('a', 'completed')
      .finishes()
      .judged();
    expect(verdict.checks.find(({ id }) => id === 'no-duplication')).toMatchObject({ verdict: 'unknown' });
  });
});

test('measures', () => {
  const { metrics } = STORIES.cut!().judged();
  expect(metrics).toMatchObject({
    'time-to-first-chunk': { unit: 'ms', n: 1 },
    'recovery-first-new': { unit: 'ms', n: 1 },
    'recovery-caught-up': { unit: 'ms', n: 1 },
    'recovery-finished': { unit: 'ms', n: 1 },
    'durability-lag': { unit: 'chunks', n: 1, max: 0 },
    'replay-cost': { unit: 'ratio', n: 1, max: 0 },
  });
  expect(metrics['recovery-first-new']!.min).toBeLessThan(metrics['recovery-finished']!.min);
});
