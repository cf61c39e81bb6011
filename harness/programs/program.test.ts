/** Programs as data: what is left of one always makes sense, and what is written is what is read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

describe('as a scenario', () => {
  it('says what a target cannot do of it', () => {
    const stops = scenarioOf(program(ask('a'), { do: 'stop', tab: 'laptop/1', question: 'a' }));
    const able = { ...ABLE, cursor: 'index', resume: 'append', replayAfterEnd: true } as const;
    const target = { ...able, idempotentSend: true, status: true, checkpointEvery: 5, users: true };
    expect(stops.needs!(target)).toBe(null);
    expect(stops.needs!({ ...target, stop: false })).toBe(
      'the target cannot do a step of it: laptop/1 stops a',
    );
  });

  it('is played alone where it ends the server', () => {
    expect(scenarioOf(program(ask('a'), { do: 'restart', signal: 'SIGTERM' })).alone).toBe(true);
    expect(scenarioOf(program(ask('a'))).alone).toBe(false);
  });
});

describe('as text', () => {
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
        expect(inWords(left).length).toBe(left.steps.length + (left.resume === 'poll' ? 1 : 0));
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
