/** Programs as data: what is left of one always makes sense, and what is written is what is read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawProgram } from '../explore/arbitraries.ts';
import { EXAMPLE } from './example.ts';
import { ABLE, encode, essence, inWords, nameOf, type Program, plotOf, readProgram } from './program.ts';
import { scenarioOf } from './scenario-of.ts';
import type { Step, StepOf } from './steps/index.ts';

const ask = (question: 'a' | 'b' | 'c', more: Partial<StepOf<'ask'>> = {}): Step => ({
  do: 'ask',
  tab: 'laptop/1',
  session: 'kelp',
  question,
  chunks: 30,
  gap: 0,
  says: 10,
  fails: 'never',
  failsAt: 1,
  ...more,
});
const program = (...steps: Step[]): Program => ({ program: 1, resume: 'auto', steps });
const kinds = ({ steps }: { steps: readonly Step[] }) => steps.map((step) => step.do);

const drawnOnes = fc.record({ seed: fc.nat(), n: fc.nat() }).map(({ seed, n }) => drawProgram(seed, n));

describe('what makes sense', () => {
  it('is a function of the program: what is left of any part of one is left whole', () => {
    fc.assert(
      fc.property(drawnOnes, fc.infiniteStream(fc.boolean()), (drawn, keep) => {
        const part = { ...drawn, steps: drawn.steps.filter(() => keep.next().value) };
        const left = essence(part);
        if (left) expect(essence(left)).toEqual(left);
      }),
    );
  });

  it('is the same for a target that can less, once what it cannot is taken out', () => {
    const unable = { stop: false, afterCrash: 'nothing', checkpointWithin: null } as const;
    fc.assert(
      fc.property(drawnOnes, (drawn) => {
        const left = essence(drawn, unable);
        if (left) expect(plotOf(left, ABLE).steps).toEqual(left.steps);
      }),
    );
  });

  it.each<[string, Step[]]>([
    ['a second question by the same name', [ask('a', { tab: 'phone/1' })]],
    ['a reload of a tab that was never opened', [{ do: 'refresh', tab: 'phone/1' }]],
    ['a turn to a session that there is not', [{ do: 'switch', tab: 'laptop/1', session: 'tides' }]],
    ['a turn to what is shown', [{ do: 'switch', tab: 'laptop/1', session: 'kelp' }]],
    ['the LLM taking back what it said', [{ do: 'speak', question: 'a', upTo: 9 }]],
    ['words about what nobody asked', [{ do: 'speak', question: 'b', upTo: 'all' }]],
    ['a look at what the tab was never given', [{ do: 'see', tab: 'phone/1', question: 'a' }]],
    ['healing what is whole', [{ do: 'heal', device: 'laptop' }]],
    ['a cut of what nobody has used', [{ do: 'cut', device: 'phone', style: 'fin' }]],
    ['closing what is closed', [{ do: 'close', tab: 'laptop/2' }]],
    ['an attack on nothing', [{ do: 'attack', session: 'tides' }]],
    ['a save of what was not said', [{ do: 'saved', question: 'a', chunks: 11 }]],
    ['a save of what nobody asked', [{ do: 'saved', question: 'b', chunks: 1 }]],
  ])('not: %s', (_, steps) => {
    expect(kinds(plotOf(program(ask('a'), ...steps), ABLE))).toEqual(['ask']);
  });

  it.each<[string, Step[]]>([
    ['a reload', [{ do: 'refresh', tab: 'laptop/1' }]],
    ['a question', [ask('b')]],
    ['a look', [{ do: 'see', tab: 'laptop/1', question: 'a' }]],
    ['a stop', [{ do: 'stop', tab: 'laptop/1', question: 'a' }]],
    ['a second cut', [{ do: 'cut', device: 'laptop', style: 'reset' }]],
    ['a snip', [{ do: 'snip', device: 'laptop', style: 'fin', after: 0 }]],
  ])('not without a network: %s', (_, steps) => {
    const cut: Step = { do: 'cut', device: 'laptop', style: 'fin' };
    expect(kinds(plotOf(program(ask('a'), cut, ...steps), ABLE))).toEqual(['ask', 'cut']);
  });

  it('a save of what was said, where what is saved can be known', () => {
    const waits = program(ask('a'), { do: 'saved', question: 'a', chunks: 10 });
    expect(kinds(plotOf(waits, ABLE))).toEqual(['ask', 'saved']);
    for (const unable of [{ database: false }, { checkpointWithin: null }])
      expect(kinds(plotOf(waits, { ...ABLE, ...unable }))).toEqual(['ask']);
  });

  const pair = (...steps: Step[]): Program => ({ ...program(...steps), instances: 2 });
  const freeze: Step = { do: 'freeze', instance: 0 };
  const away: Step = { do: 'database', trouble: 'hold' };

  it.each<[string, Step[]]>([
    ['what an instance holds up that stands still', [freeze, { do: 'see', tab: 'laptop/1', question: 'a' }]],
    ['a question to it', [freeze, ask('b')]],
    ['a save of its own', [freeze, { do: 'saved', question: 'a', chunks: 10 }]],
    ['a save without a database', [away, { do: 'saved', question: 'a', chunks: 10 }]],
    ['a second instance where there is one', [{ do: 'route', device: 'laptop', instance: 1 }]],
    ['each in turn where there is one', [{ do: 'restart', signal: 'SIGTERM', instance: 'each' }]],
    ['going on of what goes on', [{ do: 'thaw', instance: 0 }]],
    ['starting what runs', [{ do: 'start', instance: 0 }]],
    ['a start of what the database took with it', [away, { do: 'start', instance: 0 }]],
    ['an orderly end without a database', [away, { do: 'kill', instance: 0, signal: 'SIGTERM' }]],
    ['a second trouble of the database', [away, { do: 'database', trouble: 'slow' }]],
    ['an attack without it', [away, { do: 'attack', session: 'kelp' }]],
    ['mending what is whole', [{ do: 'mend' }]],
    ['a clock that is right set right', [{ do: 'clock', instance: 0, ahead: 0 }]],
    [
      'a look at what is buffered',
      [
        { do: 'befall', device: 'laptop', what: 'buffered' },
        { do: 'see', tab: 'laptop/1', question: 'a' },
      ],
    ],
    [
      'a question whose answer is buffered, and held',
      [{ do: 'befall', device: 'laptop', what: 'buffered' }, ask('b')],
    ],
    [
      'a reload that is answered by 503',
      [
        { do: 'befall', device: 'laptop', what: 'unavailable' },
        { do: 'refresh', tab: 'laptop/1' },
      ],
    ],
    [
      'a bad line twice',
      [
        { do: 'line', device: 'laptop', shapers: ['slice'] },
        { do: 'line', device: 'laptop', shapers: ['latency'] },
      ],
    ],
    [
      'waiting for longer than any LLM is borne with',
      [
        { do: 'wait', ms: 4_000 },
        { do: 'wait', ms: 1_500 },
      ],
    ],
  ])('not: %s', (_, steps) => {
    expect(plotOf(program(ask('a'), ...steps), ABLE).steps).toHaveLength(steps.length);
  });

  it('where one of two instances ends, only its own answers are over', () => {
    const led: Step = { do: 'route', device: 'phone', instance: 1 };
    const killed: Step = { do: 'kill', instance: 1, signal: 'SIGKILL' };
    const { scene } = plotOf(pair(ask('a'), led, ask('b', { tab: 'phone/1' }), killed), ABLE);
    expect([...scene.questions].map(([name, { over }]) => [name, over])).toEqual([
      ['a', false],
      ['b', true],
    ]);
  });

  it('for a target that cannot run as two, a program for two is one for one', () => {
    const led: Step = { do: 'route', device: 'phone', instance: 1 };
    const { instances: _, ...able } = ABLE;
    expect(essence(pair(ask('a'), led), able)).toEqual(program(ask('a')));
  });

  it('not: waiting for words of an LLM that was stopped, or whose server died', () => {
    const rest: Step = { do: 'speak', question: 'a', upTo: 'all' };
    const ends: Step[] = [
      { do: 'stop', tab: 'laptop/1', question: 'a' },
      { do: 'restart', signal: 'SIGKILL' },
    ];
    for (const end of ends)
      expect(kinds(plotOf(program(ask('a'), end, rest), ABLE))).toEqual(['ask', end.do]);
  });
});

describe('what certainly happens', () => {
  const seen: Step = { do: 'see', tab: 'laptop/1', question: 'a' };
  const cut: Step = { do: 'cut', device: 'laptop', style: 'fin' };
  const goals = (...steps: Step[]) => plotOf(program(...steps), ABLE).scene.goals;

  it('a cut of a tab that was seen to stream must hit a live stream', () => {
    expect(goals(ask('a'), seen, cut)).toEqual([{ goal: 'fault-struck', fault: 'cut-3' }]);
  });

  it.each<[string, Step[]]>([
    ['nothing was seen of it', [ask('a'), cut]],
    ['nearly nothing was said', [ask('a', { says: 2 }), seen, cut]],
    ['nearly all was said', [ask('a', { says: 28 }), seen, cut]],
    ['what was seen may have come by the reload', [ask('a'), { do: 'refresh', tab: 'laptop/1' }, seen, cut]],
    [
      'a snip may come first',
      [ask('a'), { do: 'snip', device: 'laptop', style: 'fin', after: 9 }, seen, cut],
    ],
    ['the LLM may have ended', [ask('a'), seen, { do: 'speak', question: 'a', upTo: 'all' }, cut]],
    ['the LLM breaks off', [ask('a', { fails: 'reset', failsAt: 9 }), seen, cut]],
  ])('not where %s', (_, steps) => {
    expect(goals(...steps)).toEqual([]);
  });

  it('is asked of the play, with the sends that it is about', () => {
    const refresh: Step = { do: 'refresh', tab: 'laptop/1' };
    const scenario = scenarioOf(program(ask('a'), seen, refresh));
    const about = { send: () => 7, points: null, chunks: {} };
    expect(scenario.coverage(about)).toEqual([{ goal: 'mid-stream', f: 'refresh', send: 7 }]);
    expect(scenario.feeds).toContain('coverage');
  });
});

const HAS = { probe: true, page: undefined };

describe('as a scenario', () => {
  it('says what a target cannot do of it', () => {
    const stops = scenarioOf(program(ask('a'), { do: 'stop', tab: 'laptop/1', question: 'a' }));
    const able = { ...ABLE, cursor: 'index', resume: 'append', replayAfterEnd: true } as const;
    const target = { ...able, idempotentSend: true, status: true, checkpointEvery: 5, users: true };
    expect(stops.needs!(target, HAS)).toBe(null);
    expect(stops.needs!({ ...target, stop: false }, HAS)).toBe(
      'the target cannot do a step of it: laptop/1 stops a',
    );
  });

  it.each<[string, boolean, Step[]]>([
    ['to its end', false, []],
    ['that is stopped', true, [{ do: 'stop', tab: 'laptop/1', question: 'a' }]],
    ['whose server dies', true, [{ do: 'restart', signal: 'SIGKILL' }]],
    ['over a slow line', true, [{ do: 'line', device: 'laptop', shapers: ['throttle'] }]],
    ['whose database failed', true, [{ do: 'database', trouble: 'terminate' }]],
  ])('an LLM that speaks %s may not come to its failure: %s', (_, mayMiss, steps) => {
    const { questions } = scenarioOf(program(ask('a', { fails: 'error', failsAt: 20 }), ...steps));
    expect(questions.a!.mayMiss).toBe(mayMiss);
  });

  it('is played alone where it does something to the server, or has two', () => {
    expect(scenarioOf(program(ask('a'), { do: 'restart', signal: 'SIGTERM' })).alone).toBe(true);
    expect(scenarioOf(program(ask('a'), { do: 'clock', instance: 0, ahead: 7_000 })).alone).toBe(true);
    expect(scenarioOf(program(ask('a'))).alone).toBe(false);
    expect(scenarioOf({ ...program(ask('a')), instances: 2 })).toMatchObject({ alone: true, instances: 2 });
  });
});

describe('as text', () => {
  it('a program that was kept before there were instances has the name that it had', () => {
    const kept = new URL('../../scenarios/found/second-signal.json', import.meta.url);
    expect(nameOf(readProgram(fileURLToPath(kept)))).toBe('program-1kpc6va');
  });

  it('the example of the documents makes sense, all of it', () => {
    expect(essence(EXAMPLE)).toEqual(EXAMPLE);
    expect(plotOf(EXAMPLE, ABLE).scene.goals).not.toEqual([]);
  });

  it('is read as it was written, whatever was drawn', () => {
    fc.assert(
      fc.property(drawnOnes, (drawn) => {
        const left = essence(drawn)!;
        expect(readProgram(encode(left))).toEqual(left);
        expect(nameOf(readProgram(encode(left)))).toBe(nameOf(left));
        const settings = [left.resume === 'poll', left.instances].filter(Boolean);
        expect(inWords(left).length).toBe(left.steps.length + settings.length);
      }),
    );
  });

  it('is read from a file, with a remark for people', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-program-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'kept.json');
    writeFileSync(path, JSON.stringify({ about: 'found on a rainy day', ...program(ask('a')) }));
    expect(readProgram(path)).toEqual(program(ask('a')));
  });

  it.each<[string, string, string]>([
    ['no JSON', '{', 'No program in the text given'],
    ['no file', '/nowhere/at/all.json', 'No program in /nowhere/at/all.json: ENOENT'],
    ['another version', encode(program(ask('a'))).replace('1', '2'), 'program:'],
    ['an unknown step', '{"program":1,"resume":"auto","steps":[{"do":"fly"}]}', 'steps.0'],
    ['a step with too much', encode(program({ ...ask('a'), x: 1 } as Step & { x: number })), 'steps.0'],
    ['nothing asked', encode(program({ do: 'probe' })), 'none of its steps asks anything'],
  ])('is refused: %s', (_, source, message) => {
    expect(() => readProgram(source)).toThrow(message);
    expect(() => readProgram(source)).toThrow(expect.objectContaining({ code: 'HF_PROGRAM' }));
  });
});
