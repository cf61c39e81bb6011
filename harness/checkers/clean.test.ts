import { describe, expect, test } from 'vitest';
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

describe('what a sound target does fails nothing', () => {
  test.each(Object.entries(CLEAN))('%s', (_, tell) => {
    for (const mode of ['marked', 'natural'] as const) {
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
