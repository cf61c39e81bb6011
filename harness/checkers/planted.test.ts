import { expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import { checkers } from './index.ts';
import {
  answered,
  askedFor,
  failures,
  heldBeside,
  type Setting,
  SPEC,
  type Story,
  story,
} from './testing/history.ts';
import { renderMarkdown } from './testing/markdown.ts';

const text = (to: number, from = 0, attempt = 0) => oracleText(SPEC.seed, attempt, to, SPEC.mode, from);
const FOREIGN = oracleText(99, 0, 2);

/** Asked, called, watched, and six chunks spoken and shown. */
const halfway = () => story().asks().calls().opens('a').speaks(6).shows('a', 6);
const crashed = (setting?: Setting) =>
  story(setting)
    .asks()
    .calls()
    .opens('a')
    .speaks(9)
    .shows('a', 9)
    .target('killed')
    .hangsUp('aborted')
    .disconnects('a')
    .target('ready');
const shutDown = (planned = true) =>
  story()
    .asks()
    .calls()
    .opens('a')
    .speaks(9)
    .shows('a', 9)
    .target('killed', planned, 'SIGTERM')
    .hangsUp('aborted')
    .disconnects('a')
    .target('exited', planned, 'exit code 0')
    .target('ready');
/** The LLM spoke seven chunks and failed, and five of them were shown. */
const failed = (faults = 'error@7', chunks = 7) =>
  story({ sends: [{ ...SPEC, faults }] })
    .asks()
    .calls()
    .opens('a')
    .speaks(chunks)
    .shows('a', 5)
    .strikes()
    .hangsUp('fault');
const GOES_ON = { capabilities: { afterCrash: 'continues' } } as const;
const stopped = () => halfway().held(6).does('stop', 'ok', { state: 'cancelled' });

/**
 * For each clause a history that breaks it, and everything that must fail by it: what is planted, and what follows
 * from it. Nothing else may fail.
 */
const PLANTED: Record<string, { told: () => Story; also?: string[] }> = {
  'no-loss/completed': {
    told: () =>
      halfway()
        .hangsUp('aborted')
        .hears('a', 'error')
        .finishes({ state: 'error', text: text(6) }),
    also: ['no-loss/fresh-full', 'no-loss/row-full'],
  },
  'no-loss/view-full': {
    told: () => halfway().speaks(12).hears('a', 'completed').finishes(),
    also: ['convergence/view'],
  },
  'no-loss/fresh-full': {
    told: () => answered().finishes({ fresh: text(12, 3) }),
    also: ['convergence/fresh', 'prefix-order/view'],
  },
  'no-loss/row-full': {
    told: () => answered().finishes({ row: text(10), rowState: 'generating' }),
    also: [
      'convergence/fresh',
      'convergence/state',
      'convergence/view',
      'one-terminal/no-return',
      'truthful-status/completed-saved',
    ],
  },
  'no-loss/partial-whole': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .hears('a', 'error')
        .finishes({ state: 'error', row: text(3) + text(7, 4), fresh: text(6) }),
    also: ['convergence/fresh', 'convergence/view', 'prefix-order/row'],
  },
  'no-loss/partial-kept': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .hears('a', 'error')
        .finishes({ state: 'error', text: text(4) }),
    also: ['convergence/view'],
  },
  'no-loss/late-kept': {
    told: () =>
      halfway()
        .row(text(6), 'generating')
        .speaks(12)
        .finishes({ state: 'generating', text: text(5) }),
    also: ['eventual-end/terminal', 'eventual-end/view'],
  },
  'no-loss/crash-bound': {
    told: () =>
      crashed()
        .resets('a')
        .sees('a', text(3), 'set')
        .says('list', 'error')
        .ends('a', 'error')
        .finishes({ state: 'error', text: text(3) }),
    also: ['bounded-exposure/crash'],
  },
  'no-loss/crash-announced': {
    told: () =>
      crashed()
        .says('list', 'error')
        .ends('a', 'error')
        .finishes({ state: 'error', text: text(5) }),
    also: ['convergence/view'],
  },
  'no-loss/shutdown-kept': {
    told: () =>
      shutDown()
        .resets('a')
        .sees('a', text(5), 'set')
        .says('list', 'error')
        .ends('a', 'error')
        .finishes({ state: 'error', text: text(5) }),
  },
  'no-loss/said-kept': {
    told: () =>
      failed()
        .hears('a', 'error')
        .finishes({ state: 'error', text: text(5) }),
  },
  'no-duplication/view': {
    told: () => halfway().sees('a', text(6, 5)).speaks(12).shows('a', 12).hears('a', 'completed').finishes(),
    also: ['convergence/view', 'prefix-order/view'],
  },
  'no-duplication/row': {
    told: () => answered().finishes({ row: text(4) + text(12, 3) }),
    also: ['convergence/fresh', 'convergence/view', 'prefix-order/row'],
  },
  'prefix-order/view': {
    told: () =>
      halfway()
        .speaks(12)
        .sees('a', text(8, 7))
        .sees('a', text(7, 6))
        .stands('a', 8)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
    also: ['convergence/view'],
  },
  'prefix-order/row': {
    told: () =>
      halfway()
        .row(text(2) + text(6, 3), 'generating')
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'prefix-order/shrinks': {
    told: () =>
      halfway()
        .sees('a', text(4), 'set')
        .stands('a', 4)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'cursor-exact/continues': {
    told: () =>
      halfway()
        .disconnects('a')
        .speaks(12)
        .connects('a', 'c6')
        .stands('a', 7)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
    also: ['convergence/view', 'cursor-exact/ends-complete', 'no-loss/view-full', 'prefix-order/view'],
  },
  'cursor-exact/accepted': {
    told: () =>
      halfway()
        .disconnects('a')
        .connects('a', 'c6')
        .disconnects('a', 'refused', 400)
        .connects('a', 'c6')
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'cursor-exact/ends-complete': {
    told: () =>
      halfway()
        .disconnects('a')
        .speaks(12)
        .connects('a', 'c6')
        .shows('a', 10)
        .hears('a', 'completed')
        .finishes(),
    also: ['convergence/view', 'no-loss/view-full'],
  },
  'isolation/view': {
    told: () => halfway().sees('a', FOREIGN).speaks(12).shows('a', 12).hears('a', 'completed').finishes(),
    also: ['convergence/view', 'prefix-order/view'],
  },
  'isolation/row': {
    told: () =>
      halfway()
        .row(text(6) + FOREIGN, 'generating')
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
    also: ['prefix-order/row'],
  },
  'isolation/stray': {
    told: () =>
      answered()
        .by('tab', { type: 'stray', actor: 'tab', send: SPEC.seed, owner: 99, message: 'm9', length: 40 })
        .finishes(),
  },
  'isolation/attempt': {
    told: () =>
      halfway()
        .sees('a', text(8, 6, 1))
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
    also: ['convergence/view', 'prefix-order/view'],
  },
  'early-visibility/question-row': {
    told: () => early((told) => told.row('', 'generating', { question: false })),
  },
  'early-visibility/answer-row': { told: () => early((told) => told.row('', 'absent')) },
  'early-visibility/listed': {
    told: () => early((told) => told.says('list', 'absent')),
    also: ['truthful-status/idle'],
  },
  'timely-delivery/reader': {
    told: () =>
      story()
        .asks()
        .calls()
        .opens('a')
        .speaks(6)
        .held(6)
        .shows('a', 4)
        .passes(1_500)
        .released(6)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'timely-delivery/database': {
    told: () =>
      halfway()
        .held(6)
        .passes(4_000)
        .row(text(4), 'generating')
        .released(6)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'no-blocking/question': { told: () => heldBeside().asksBeside().passes(2_600).answersBeside().finishes() },
  'no-blocking/view': {
    told: () =>
      askedFor()
        .passes(2_600)
        .released(6)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .polls('b', text(12))
        .ends('b', 'completed')
        .finishes(),
  },
  'no-blocking/look': {
    told: () =>
      heldBeside()
        .does('switch', 'none', { actor: 'tab-2', session: 'kelp' })
        .passes(5_100)
        .released(6)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'bounded-exposure/snapshot': {
    told: () => halfway().row('', 'generating').speaks(12).shows('a', 12).hears('a', 'completed').finishes(),
  },
  'bounded-exposure/crash': {
    told: () =>
      crashed()
        .row(text(3), 'generating')
        .resets('a')
        .sees('a', text(4), 'set')
        .says('list', 'error')
        .ends('a', 'error')
        .finishes({ state: 'error', text: text(4) }),
  },
  'eventual-end/answered': {
    told: () =>
      story()
        .does('send', 'none', { spec: SPEC })
        .passes(20_000)
        .row('', 'absent', { question: false, final: true })
        .isDone(),
  },
  'eventual-end/terminal': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .disconnects('a')
        .closes('a', 'tab-closed')
        .finishes({ state: 'generating', text: text(6) }),
  },
  'eventual-end/view': { told: () => halfway().speaks(12).shows('a', 12).finishes() },
  'one-terminal/single': {
    told: () => answered().says('list', 'error', { actor: 'other' }).finishes(),
    also: ['no-loss/completed'],
  },
  'one-terminal/no-return': { told: () => answered().says('status', 'generating').finishes() },
  'one-terminal/nothing-after': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .says('stream', 'error')
        .ends('a', 'error')
        .sees('a', text(7, 6))
        .disconnects('a', 'terminal')
        .finishes({ state: 'error', text: text(7) }),
  },
  'one-terminal/told-once': {
    told: () =>
      halfway()
        .speaks(12)
        .shows('a', 12)
        .says('stream', 'completed')
        .ends('a', 'completed')
        .says('stream', 'completed')
        .disconnects('a', 'terminal')
        .finishes(),
  },
  'truthful-status/still-speaking': {
    told: () =>
      halfway()
        .held(6)
        .says('list', 'completed')
        .passes(50)
        .released(6)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
    also: ['truthful-status/completed-full'],
  },
  'truthful-status/idle': {
    told: () =>
      halfway().says('status', 'absent').speaks(12).shows('a', 12).hears('a', 'completed').finishes(),
  },
  'truthful-status/completed-full': {
    told: () => answered().says('list', 'completed', { length: 10 }).finishes(),
  },
  'truthful-status/completed-saved': {
    told: () => answered().row(text(10), 'generating').finishes(),
    also: ['one-terminal/no-return'],
  },
  'truthful-status/failed-is-error': {
    told: () => failed().shows('a', 7).hears('a', 'completed').finishes(),
  },
  'truthful-status/eof-is-no-end': {
    told: () =>
      halfway().speaks(12).shows('a', 12).hangsUp().disconnects('a', 'eof').ends('a', 'completed').finishes(),
  },
  'one-generation/one-call': {
    told: () =>
      halfway()
        .calls(1)
        .speaks(12)
        .hangsUp()
        .calls(0)
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'completed')
        .finishes(),
  },
  'one-generation/one-answer': {
    told: () => answered().says('list', 'completed', { answers: 2 }).finishes(),
  },
  'cancel-honoured/state-holds': {
    told: () =>
      stopped()
        .hangsUp('aborted')
        .hears('a', 'cancelled')
        .finishes({ state: 'cancelled', rowState: 'error', text: text(6) }),
    also: ['convergence/state', 'one-terminal/single'],
  },
  'cancel-honoured/call-closes': {
    told: () =>
      stopped()
        .hears('a', 'cancelled')
        .passes(2_500)
        .hangsUp('aborted')
        .finishes({ state: 'cancelled', text: text(6) }),
  },
  'cancel-honoured/frozen': {
    told: () =>
      stopped()
        .hangsUp('aborted')
        .hears('a', 'cancelled')
        .row(text(6), 'cancelled')
        .finishes({ state: 'cancelled', text: text(6), row: text(7) }),
    also: ['convergence/fresh', 'convergence/view'],
  },
  'cancel-honoured/kept': {
    told: () =>
      stopped()
        .hangsUp('aborted')
        .resets('a')
        .sees('a', text(5), 'set')
        .says('list', 'cancelled')
        .ends('a', 'cancelled')
        .finishes({ state: 'cancelled', text: text(5) }),
  },
  'convergence/fresh': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .hears('a', 'error')
        .finishes({ state: 'error', text: text(6), fresh: text(7) }),
  },
  'convergence/view': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .hears('a', 'error')
        .finishes({ state: 'error', text: text(7) }),
  },
  'convergence/state': {
    told: () =>
      halfway()
        .hangsUp('fault')
        .hears('a', 'cancelled')
        .finishes({ state: 'error', text: text(6) }),
    also: ['one-terminal/single'],
  },
  'convergence/rendering': {
    told: () => {
      const all = renderMarkdown(text(12));
      return story()
        .asks()
        .calls()
        .opens('a', { by: 'page', rendered: true })
        .speaks(12)
        .sees('a', `${all} ▍`, 'set')
        .hears('a', 'completed')
        .finishes({ page: all });
    },
  },
  'access/content': { told: () => attacked('read', 'foreign-user', 'ok', { length: 40, http: 200 }) },
  'access/effect': { told: () => attacked('stop', 'foreign-user', 'ok', { http: 200 }) },
  'access/empty-success': {
    told: () => attacked('resume', 'past-end-cursor', 'ok', { length: 0, http: 200 }),
  },
  'access/clear-error': { told: () => attacked('resume', 'malformed-cursor', 'fail', { http: 500 }) },
  'hygiene/llm-calls': { told: () => leaking('llm-calls') },
  'hygiene/target-sockets': { told: () => leaking('target-sockets') },
  'hygiene/database-connections': { told: () => leaking('database-connections') },
  'hygiene/reconnect-storm': {
    told: () => {
      const told = halfway().disconnects('a', 'eof');
      for (let n = 0; n < 21; n++) told.connects('a', 'c6').disconnects('a', 'eof');
      return told.connects('a', 'c6').speaks(12).shows('a', 12).hears('a', 'completed').finishes();
    },
  },
};

function early(looks: (told: Story) => Story): Story {
  const told = story().asks().calls().held(-1).passes(10);
  return looks(told)
    .passes(10)
    .released(-1)
    .opens('a')
    .speaks(12)
    .shows('a', 12)
    .hears('a', 'completed')
    .finishes();
}

function attacked(
  f: 'read' | 'stop' | 'resume',
  hostile: 'foreign-user' | 'past-end-cursor' | 'malformed-cursor',
  outcome: 'ok' | 'fail',
  more: object,
): Story {
  return answered()
    .does(f, outcome, { hostile, actor: 'stranger', ...more })
    .finishes();
}

function leaking(name: 'llm-calls' | 'target-sockets' | 'database-connections'): Story {
  return answered()
    .finishes()
    .by('stack', { type: 'gauge', name, when: 'baseline', value: 2 }, null)
    .by('stack', { type: 'gauge', name, when: 'end', value: 3 }, null);
}

const clauses = checkers
  .filter(({ id }) => id !== 'coverage')
  .flatMap(({ id, clauses }) => Object.keys(clauses).map((clause) => `${id}/${clause}`));

/** The same clause, broken in another way. */
const VARIANTS: [string, () => Story, string[]][] = [
  [
    'an end of another kind, on the same connection',
    () =>
      halfway()
        .hangsUp('fault')
        .says('stream', 'error')
        .ends('a', 'error')
        .sees('a', text(7, 6))
        .says('stream', 'completed')
        .disconnects('a', 'terminal')
        .finishes({ state: 'error', text: text(7) }),
    [
      'one-terminal/nothing-after',
      'one-terminal/single',
      'one-terminal/told-once',
      'truthful-status/completed-full',
    ],
  ],
  [
    'a crash, of a target that promised to go on',
    () =>
      crashed(GOES_ON)
        .says('list', 'error')
        .ends('a', 'error')
        .finishes({ state: 'error', text: text(9) }),
    ['no-loss/completed', 'no-loss/fresh-full', 'no-loss/row-full'],
  ],
  [
    'text lost by a crash, after a stop, of a target that promised to go on',
    () =>
      crashed(GOES_ON)
        .does('stop', 'ok', { state: 'cancelled' })
        .says('list', 'cancelled')
        .ends('a', 'cancelled')
        .finishes({ state: 'cancelled', text: text(8) }),
    ['cancel-honoured/kept', 'convergence/view', 'no-loss/partial-kept'],
  ],
  [
    'a shutdown that was not planned is a crash, and must be announced',
    () =>
      shutDown(false)
        .says('list', 'error')
        .ends('a', 'error')
        .finishes({ state: 'error', text: text(5) }),
    ['convergence/view', 'no-loss/crash-announced'],
  ],
  [
    'an answer that the LLM broke off, told as cancelled though nobody stopped it',
    () => failed().shows('a', 7).hears('a', 'cancelled').finishes({ state: 'cancelled' }),
    ['truthful-status/failed-is-error'],
  ],
  [
    'a whole text that no terminal event ended, told as completed',
    () => failed('clean-end@end', 12).shows('a', 12).hears('a', 'completed').finishes(),
    ['truthful-status/failed-is-error'],
  ],
  [
    'the answer to a second call, told as an error because the first was refused',
    () =>
      story({ sends: [{ ...SPEC, faults: '429#0' }] })
        .asks()
        .calls()
        .strikes()
        .hangsUp('fault')
        .calls(1)
        .opens('a')
        .speaks(12)
        .shows('a', 12)
        .hears('a', 'error')
        .finishes({ state: 'error' }),
    ['no-loss/completed'],
  ],
  [
    'an error because of a silence that the target made itself, by not reading',
    () => {
      const told = story({ capabilities: { llmPatience: 1_000 } });
      told
        .asks()
        .calls()
        .opens('a')
        .speaks(5)
        .shows('a', 5)
        .passes(1_200)
        .hangsUp('aborted')
        .hears('a', 'error');
      return told.finishes({ state: 'error', text: text(5) });
    },
    ['no-loss/completed', 'no-loss/fresh-full', 'no-loss/row-full'],
  ],
  [
    'a chunk that the LLM said twice, kept once',
    () => {
      const told = story({ sends: [{ ...SPEC, faults: 'duplicate@5' }] });
      told
        .asks()
        .calls()
        .opens('a')
        .speaks(13)
        .strikes('duplicate', 5)
        .shows('a', 13)
        .hears('a', 'completed');
      return told.finishes({ row: text(12) });
    },
    [
      'convergence/fresh',
      'convergence/view',
      'no-loss/row-full',
      'prefix-order/row',
      'truthful-status/completed-full',
    ],
  ],
  [
    'a chunk that the LLM said twice, thrice in a view',
    () => {
      const told = story({ sends: [{ ...SPEC, faults: 'duplicate@5' }] });
      told.asks().calls().opens('a').speaks(13).strikes('duplicate', 5).shows('a', 7).sees('a', text(6, 5));
      return told.shows('a', 13).hears('a', 'completed').finishes();
    },
    ['convergence/view', 'no-duplication/view', 'prefix-order/view'],
  ],
  [
    'two chunks that the LLM swapped, put into order in the database',
    () => {
      const told = story({ sends: [{ ...SPEC, faults: 'swap@5' }] });
      told.asks().calls().opens('a').speaks(12).strikes('swap', 5).shows('a', 12).hears('a', 'completed');
      return told.finishes({ row: text(12) });
    },
    ['convergence/fresh', 'convergence/view', 'prefix-order/row'],
  ],
  [
    'a broken event passed over, and the text after it taken for the rest of the answer',
    () =>
      failed('malformed@7')
        .sees('a', text(7, 5) + text(12, 8))
        .hears('a', 'completed')
        .finishes({ text: text(7) + text(12, 8) }),
    ['prefix-order/row', 'prefix-order/view', 'truthful-status/failed-is-error'],
  ],
  [
    'what the LLM said after its end',
    () => {
      const told = story({ sends: [{ ...SPEC, faults: 'after-end:2' }] });
      told
        .asks()
        .calls()
        .opens('a')
        .speaks(12)
        .strikes('after-end', 12)
        .shows('a', 12)
        .hears('a', 'completed');
      return told.finishes({ row: text(14) });
    },
    ['convergence/fresh', 'convergence/view', 'prefix-order/row'],
  ],
  [
    'an LLM that fell silent for ever, waited for until the play was over',
    () => {
      const told = story({
        sends: [{ ...SPEC, faults: 'stall@7' }],
        capabilities: { llmPatience: 1_000 },
      });
      told
        .asks()
        .calls()
        .opens('a')
        .speaks(7)
        .shows('a', 7)
        .strikes()
        .by('runner', { type: 'phase', phase: 'heal' });
      told.passes(9_000).reads(text(7), 'generating').row(text(7), 'generating', { final: true });
      return told.isDone();
    },
    ['eventual-end/terminal', 'eventual-end/view'],
  ],
  [
    'what was left before a restart that took it away',
    () =>
      leaking('target-sockets').by(
        'stack',
        { type: 'gauge', name: 'target-sockets', when: 'end', value: 2 },
        null,
      ),
    ['hygiene/target-sockets'],
  ],
  [
    'two rows that answer the same send',
    () => answered().row(text(12), 'completed', { answers: 2 }).finishes(),
    ['one-generation/one-answer'],
  ],
];

test.each(VARIANTS)('%s', (_, told, expected) => {
  expect(failures(told().judged())).toEqual(expected);
});

test('every clause of every checker has a planted violation', () => {
  expect(Object.keys(PLANTED).sort()).toEqual([...clauses].sort());
});

test.each(Object.entries(PLANTED))('%s', (clause, { told, also = [] }) => {
  expect(failures(told().judged())).toEqual([clause, ...also].sort());
});
