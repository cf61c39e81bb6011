import { describe, expect, test } from 'vitest';
import { TEXT_MODES } from '../../mock-llm/oracle.ts';
import { answered, failures, type Setting, SPEC, type Story, story } from './testing/history.ts';

const TWO = { ...SPEC, seed: 77 };

/** Stories in which a sound target does all it should. */
const CLEAN: Record<string, (setting: Setting) => Story> = {
  'asked and answered': (setting) => answered(setting).finishes(),
  'refreshed in mid-stream': (setting) =>
    story(setting)
      .asks()
      .calls()
      .held(-1)
      .passes(100)
      .row('', 'generating')
      .says('list', 'generating')
      .passes(100)
      .released(-1)
      .opens('a')
      .speaks(5)
      .held(5)
      .shows('a', 5)
      .passes(4_000)
      .row(story(setting).text(5), 'generating')
      .does('refresh')
      .disconnects('a', 'client')
      .closes('a', 'refresh')
      .opens('b', { cursor: 'c5' })
      .sees('b', story(setting).text(5), 'set')
      .stands('b', 5)
      .passes(50)
      .released(5)
      .speaks(12)
      .shows('b', 12)
      .hears('b', 'completed')
      .finishes(),
  'cut, and resumed in a merged frame': (setting) =>
    story(setting)
      .asks()
      .calls()
      .opens('a')
      .speaks(4)
      .shows('a', 4)
      .fault('struck', 'tab', { live: 1 })
      .disconnects('a', 'broken')
      .speaks(9)
      .passes(5_000)
      .fault('healed')
      .connects('a', 'c4')
      .sees('a', story(setting).text(9, 4))
      .stands('a', 9)
      .speaks(12)
      .shows('a', 12)
      .hears('a', 'completed')
      .finishes(),
  'a target that replays from the start': (setting) =>
    story({ ...setting, capabilities: { resume: 'replace', cursor: 'none' } })
      .asks()
      .calls()
      .opens('a')
      .speaks(6)
      .shows('a', 6)
      .disconnects('a', 'broken')
      .connects('a', null)
      .resets('a', 'replay')
      .speaks(12)
      .shows('a', 12)
      .hears('a', 'completed')
      .finishes(),
  polled: (setting) =>
    story(setting)
      .asks()
      .calls()
      .opens('a')
      .disconnects('a', 'broken')
      .speaks(5)
      .sees('a', story(setting).text(5), 'set')
      .speaks(12)
      .sees('a', story(setting).text(12), 'set')
      .says('list', 'completed')
      .ends('a', 'completed')
      .finishes(),
  'stopped, and what was shown kept': (setting) =>
    story(setting)
      .asks()
      .calls()
      .opens('a')
      .speaks(6)
      .held(6)
      .shows('a', 6)
      .does('stop', 'ok', { state: 'cancelled' })
      .hangsUp('aborted')
      .hears('a', 'cancelled')
      .says('status', 'absent')
      .finishes({ state: 'cancelled', text: story(setting).text(6) }),
  'stopped too late': (setting) => answered(setting).does('stop', 'ok', { state: 'completed' }).finishes(),
  'the LLM breaks': (setting) =>
    story(setting)
      .asks()
      .calls()
      .opens('a')
      .speaks(6)
      .shows('a', 6)
      .hears('a', 'error')
      .hangsUp('fault')
      .finishes({ state: 'error', text: story(setting).text(6) }),
  'the LLM fails before its first chunk and is asked again': (setting) =>
    story(setting)
      .asks()
      .calls()
      .hangsUp('fault')
      .calls(1)
      .opens('a')
      .speaks(12)
      .shows('a', 12)
      .hears('a', 'completed')
      .finishes(),
  'the server crashes and says what was not saved': (setting) =>
    story(setting)
      .asks()
      .calls()
      .opens('a')
      .speaks(8)
      .held(8)
      .shows('a', 8)
      .target('killed')
      .hangsUp('aborted')
      .disconnects('a', 'broken')
      .target('ready')
      .passes(500)
      .connects('a', 'c8')
      .disconnects('a', 'refused', 409)
      .resets('a', 'target')
      .sees('a', story(setting).text(5), 'set')
      .says('list', 'error')
      .ends('a', 'error')
      .finishes({ state: 'error', text: story(setting).text(5) }),
  'a send that never arrived': (setting) =>
    story(setting)
      .does('send', 'info', { spec: SPEC })
      .passes(10_000)
      .row('', 'absent', { question: false, final: true })
      .isDone(),
  refused: (setting) =>
    story(setting)
      .does('send', 'fail', { spec: SPEC, http: 400 })
      .row('', 'absent', { question: false, final: true })
      .isDone(),
};

/** The LLM's timeline, and the state in which a sound target ends; `said` chunks it says before it breaks. */
const FAULTS: [faults: string, state: 'completed' | 'error', said: number][] = [
  ['duplicate@5', 'completed', 13],
  ['swap@5', 'completed', 12],
  ['split-character@0', 'completed', 12],
  ['half-frame@5', 'completed', 12],
  ['stall@5:300', 'completed', 12],
  ['end-twice', 'completed', 12],
  ['after-end:3', 'completed', 12],
  ['duplicate@3,swap@7,duplicate@10', 'completed', 14],
  ['error@5', 'error', 5],
  ['error@0', 'error', 0],
  ['malformed@5', 'error', 5],
  ['half-frame@5,fin@5', 'error', 5],
  ['reset@5', 'error', 5],
  ['clean-end@5', 'error', 5],
  ['clean-end@end', 'error', 12],
  ['duplicate@3,error@5', 'error', 6],
  ['429', 'error', 0],
  ['500', 'error', 0],
];

describe('what a sound target makes of an LLM that goes wrong fails nothing', () => {
  test.each(FAULTS)('%s', (faults, state, said) => {
    for (const mode of TEXT_MODES) {
      const told = story({
        sends: [{ ...SPEC, mode, faults }],
        plan: { feeds: ['no-loss', 'truthful-status'] },
      });
      told.asks().calls().opens('a').speaks(said).shows('a', said);
      if (state === 'error') told.strikes();
      told.hangsUp(state === 'error' ? 'fault' : 'completed').hears('a', state);
      const verdict = told.finishes({ state }).judged();
      expect(failures(verdict)).toEqual([]);
      expect(verdict).toMatchObject({ verdict: 'pass', reason: null });
    }
  });

  const SILENT = { sends: [{ ...SPEC, faults: 'stall@5' }], capabilities: { llmPatience: 1_000 } };

  test('an LLM that is silent for longer than it bears ends in an error', () => {
    const told = story(SILENT).asks().calls().opens('a').speaks(5).shows('a', 5).strikes().passes(1_000);
    const verdict = told.hears('a', 'error').hangsUp('aborted').finishes({ state: 'error' }).judged();
    expect(failures(verdict)).toEqual([]);
    expect(verdict.verdict).toBe('pass');
  });

  test('so does one that is held for longer, and one that is not ends as it would', () => {
    for (const [ms, state] of [
      [1_200, 'error'],
      [1_200, 'completed'],
      [400, 'completed'],
    ] as const) {
      const told = story({ capabilities: { llmPatience: 1_000 } });
      told.asks().calls().opens('a').speaks(5).shows('a', 5).held(5).passes(ms).released(5);
      if (state === 'completed') told.speaks(12).shows('a', 12);
      told.hangsUp(state === 'error' ? 'aborted' : 'completed').hears('a', state);
      const verdict = told.finishes({ state, text: told.text(state === 'error' ? 5 : 12) }).judged();
      expect(failures(verdict)).toEqual([]);
    }
  });

  test('so may one that is there a little later than it was called', () => {
    const given = (after: number) => {
      const told = story({ capabilities: { llmPatience: 10_000 } });
      told.asks().calls().opens('a').held(-1).passes(after).hangsUp('aborted').hears('a', 'error');
      return failures(told.finishes({ state: 'error', text: '' }).judged());
    };
    expect(given(9_940)).toEqual([]);
    expect(given(9_500)).toContain('no-loss/completed');
  });

  test('so may one that spoke again while the harness, through which its word comes, stood still', () => {
    const heard = (stall: number) => {
      const told = story({ capabilities: { llmPatience: 1_000 } });
      told.asks().calls().opens('a').speaks(5).shows('a', 5).held(5).passes(900).released(5).speaks(12);
      told.stalls(stall).hangsUp('completed').hears('a', 'error');
      return failures(told.finishes({ state: 'error', text: told.text(5) }).judged());
    };
    expect(heard(400)).toEqual([]);
    expect(heard(10)).toContain('no-loss/completed');
  });

  test('of a reset any part of the tail may be lost', () => {
    const told = story({ sends: [{ ...SPEC, faults: 'reset@8' }] });
    told.asks().calls().opens('a').speaks(8).shows('a', 6).strikes().hangsUp('fault').hears('a', 'error');
    expect(failures(told.finishes({ state: 'error', text: told.text(6) }).judged())).toEqual([]);
  });

  test('a call that was refused before its first chunk may be made again, and then counts for nothing', () => {
    const told = story({ sends: [{ ...SPEC, faults: '429#0' }] })
      .asks()
      .calls()
      .strikes()
      .hangsUp('fault');
    told.calls(1).opens('a').speaks(12).shows('a', 12).hears('a', 'completed');
    const verdict = told.finishes().judged();
    expect(failures(verdict)).toEqual([]);
    expect(verdict.verdict).toBe('pass');
  });

  test('what the LLM goes on to say after a broken event concerns nobody', () => {
    const told = story({ sends: [{ ...SPEC, faults: 'malformed@5' }] });
    told.asks().calls().opens('a').speaks(5).shows('a', 5).strikes().hears('a', 'error');
    for (const i of [6, 7, 8])
      told.by('llm', { type: 'llm.chunk', call: 'call-12-0', send: 12, attempt: 0, i });
    expect(failures(told.hangsUp('aborted').finishes({ state: 'error' }).judged())).toEqual([]);
  });
});

describe('nothing is said where it is not known what the LLM said', () => {
  const upTo12 = Array.from({ length: 12 }, (_, i) => i);
  test.each<[what: string, chunks: number[], faults: string | undefined]>([
    ['a chunk twice, and no fault to say so', [0, 1, 1, ...upTo12.slice(2)], undefined],
    ['a chunk once, though told to say it twice', upTo12, 'duplicate@5'],
    ['a timeline of faults that a newer version wrote', upTo12, 'sulk@5'],
  ])('%s', (_, chunks, faults) => {
    const spec = { ...SPEC, ...(faults !== undefined && { faults }) };
    const told = story({ sends: [spec], plan: { feeds: ['no-loss'] } });
    const { seed: send } = SPEC;
    told.by('llm', { type: 'llm.call', call: 'c', send, attempt: 0 });
    for (const i of chunks) told.by('llm', { type: 'llm.chunk', call: 'c', send, attempt: 0, i });
    told.by('llm', { type: 'llm.end', call: 'c', send, attempt: 0, how: 'completed', chunks: 12 });
    const text = story().text(12);
    told.row(text, 'completed').row(text, 'completed', { final: true }).reads(text, 'completed');
    const verdict = told.isDone().judged();
    expect(failures(verdict)).toEqual([]);
    expect(verdict.verdict).toBe('unknown');
  });
});

describe('what a sound target does fails nothing', () => {
  test.each(Object.entries(CLEAN))('%s', (_, tell) => {
    for (const mode of TEXT_MODES) {
      for (const err of [0, 3]) {
        const verdict = tell({ sends: [{ ...SPEC, mode }], err }).judged();
        expect(failures(verdict)).toEqual([]);
      }
    }
  });

  test('two tabs at once', () => {
    const told = story({ sends: [SPEC, TWO], plan: { coverage: [{ goal: 'overlap', sends: [12, 77] }] } });
    told.asks().calls().opens('a').speaks(6).shows('a', 6);
    const first = told.spec;
    told.spec = TWO;
    told.asks('tab-2').calls().opens('b', { actor: 'tab-2' }).speaks(3).shows('b', 3);
    told.spec = first;
    told.by('llm', { type: 'llm.chunk', call: 'call-12-0', send: 12, attempt: 0, i: 6 });
    told.spec = TWO;
    told.speaks(12).shows('b', 12).hears('b', 'completed');
    const verdict = told.judged();
    expect(failures(verdict)).toEqual([]);
    expect(verdict.checks.find(({ id }) => id === 'coverage')).toMatchObject({ verdict: 'pass', samples: 1 });
  });

  test('and passes what it feeds', () => {
    const verdict = CLEAN['refreshed in mid-stream']!({
      plan: {
        feeds: [
          'no-loss',
          'no-duplication',
          'early-visibility',
          'timely-delivery',
          'bounded-exposure',
          'cursor-exact',
        ],
        coverage: [
          { goal: 'mid-stream', f: 'refresh', send: SPEC.seed },
          { goal: 'resumed', send: SPEC.seed },
        ],
      },
    }).judged();
    expect(verdict).toMatchObject({ verdict: 'pass', reason: null });
  });
});
