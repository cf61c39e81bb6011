/** What a page is told to show becomes the history that checkers judge; what it did not show becomes none. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createSource, type Recorded } from '../../history/index.ts';
import type { PageParts } from '../../targets/page.ts';
import type { ActorSettings } from '../driver.ts';
import { createSight, type Sight } from './sight.ts';
import type { AnswerTold, Told } from './told.ts';

const parts = {
  answer: { states: { open: 'generating', done: 'completed' } },
} as unknown as PageParts;

let events: Recorded[];
let sight: Sight;

beforeEach(() => begin('plain'));

function begin(pageMode: 'plain' | 'rendered'): void {
  events = [];
  const recorder = createSource('browser', (event) => events.push(event));
  let names = 0;
  const settings = {
    identify: (question: string) => (question.startsWith('ask ') ? Number(question.slice(4)) : null),
    sendsIn: (session: string) => (session === 'kelp' ? [1, 2] : [3]),
    name: (kind: string) => `${kind}-${++names}`,
    pageMode,
    // Of a source of capitals.
    sourceOf: (_: number, shown: string) => shown.replace(/[^A-Z]/g, ''),
  } as unknown as ActorSettings;
  const feeds = { recorder, asks() {}, shows() {}, streamOf: () => undefined };
  sight = createSight({ tab: 'laptop-tab-1', parts, settings, recorder, feeds });
  sight.begin(0);
}

const answer = (more: Partial<AnswerTold>): AnswerTold => ({
  what: 'answer',
  at: 1,
  id: 1,
  session: 'kelp',
  question: 'ask 1',
  kept: 0,
  text: '',
  message: '',
  state: 'open',
  shortened: false,
  failed: false,
  ...more,
});
const session = (name: string | null, loading = false): Told => ({
  what: 'session',
  at: 1,
  session: name,
  loading,
});
const look = (...told: Told[]) => sight.take(told, (page) => ({ t: page, err: 0.5 }));

/** What was recorded, in short. */
const told = () =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'seen':
        return [`${event.send} ${event.how} "${event.text}"`];
      case 'view.reset':
        return [`${event.send} reset`];
      case 'view.end':
        return [`${event.send} ends ${event.state}`];
      case 'view.close':
        return [`${event.send} closed by ${event.why}`];
      case 'stray':
        return [`stray of ${event.owner} under ${event.send}`];
      default:
        return [];
    }
  });

test.for<{ title: string; looks: Told[][]; history: string[] }>([
  {
    title: 'text that grows is appended, and the end comes after it',
    looks: [[answer({ text: 'ab' }), session('kelp')], [answer({ kept: 2, text: 'cd', state: 'done' })]],
    history: ['1 append "ab"', '1 append "cd"', '1 ends completed'],
  },
  {
    title: 'text that is another is set',
    looks: [[answer({ text: 'abc' }), session('kelp')], [answer({ text: 'ax' })]],
    history: ['1 append "abc"', '1 set "ax"'],
  },
  {
    title: 'a notice declares that it became shorter',
    looks: [[answer({ text: 'abc' }), session('kelp')], [answer({ text: 'a', shortened: true })]],
    history: ['1 append "abc"', '1 reset', '1 set "a"'],
  },
  {
    title: 'an element that is drawn anew goes on with what it replaces',
    looks: [
      [answer({ text: 'ab' }), session('kelp')],
      [answer({ id: 2, text: 'abc' }), { what: 'gone', at: 1, id: 1 }],
    ],
    history: ['1 append "ab"', '1 append "c"'],
  },
  {
    title: 'what vanishes with its session has not vanished',
    looks: [
      [answer({ text: 'ab' }), session('kelp')],
      [{ what: 'gone', at: 1, id: 1 }, session('tides')],
      [answer({ id: 2, text: 'abc' }), session('kelp')],
    ],
    history: ['1 append "ab"', '1 append "c"'],
  },
  {
    title: 'what vanishes while its session is shown has vanished',
    looks: [[answer({ text: 'ab' }), session('kelp')], [{ what: 'gone', at: 1, id: 1 }]],
    history: ['1 append "ab"', '1 set ""'],
  },
  {
    title: 'what is shown in another session is told there, once',
    looks: [
      [answer({ session: 'tides', text: 'ab' }), session('tides')],
      [answer({ session: 'tides', kept: 2, text: 'c' })],
    ],
    history: ['stray of 1 under 3', '1 append "ab"', '1 append "c"'],
  },
  {
    title: 'text of one under the question of another is told under the one that it stands by',
    looks: [[answer({ question: 'ask 2', text: 'of 1' }), session('kelp')]],
    history: ['2 append "of 1"'],
  },
  {
    title: 'a second answer to the same question is one of its own',
    looks: [[answer({ text: 'ab' }), answer({ id: 2, text: 'ab' }), session('kelp')]],
    history: ['1 append "ab"', '1 append "ab"'],
  },
  {
    title: 'an answer that stands by no question is nobody’s',
    looks: [[answer({ question: null, text: 'ab' }), session('kelp')]],
    history: [],
  },
])('$title', ({ looks, history }) => {
  for (const one of looks) look(...one);
  expect(told()).toEqual(history);
});

test('a reload closes what was shown, and what comes after says what it replaces', () => {
  look(answer({ text: 'ab' }), session('kelp'));
  sight.begin(10);
  look(answer({ text: 'a' }), session('kelp'));
  const opened = events.filter((event) => event.type === 'view.open');
  expect(opened.map(({ view, after, by }) => ({ view, after, by }))).toEqual([
    { view: 'view-1', after: undefined, by: 'page' },
    { view: 'view-2', after: 'view-1', by: 'page' },
  ]);
  expect(told()).toEqual(['1 append "ab"', '1 closed by refresh', '1 append "a"']);
});

test('that an answer is being generated may be as old as the document; that it ended is of now', () => {
  sight.begin(100);
  look(answer({ at: 150 }), session('kelp'));
  look(answer({ at: 200, state: 'done' }));
  const states = events.filter((event) => event.type === 'state');
  expect(states.map(({ state, asked, t, err }) => ({ state, asked, t, err }))).toEqual([
    { state: 'generating', asked: 100, t: 150, err: 0.5 },
    { state: 'completed', asked: 200, t: 200, err: 0.5 },
  ]);
});

describe('a page that renders', () => {
  beforeEach(() => begin('rendered'));

  test('tells what it shows as it shows it, and how much of the source that is', () => {
    look(answer({ text: 'A*' }), session('kelp'));
    look(answer({ kept: 1, text: 'BxC', state: 'done' }));
    expect(told()).toEqual(['1 append "A*"', '1 set "ABxC"', '1 ends completed']);
    expect(sight.answer(1)!.length).toBe(3);
    expect(events.find((event) => event.type === 'view.open')).toMatchObject({ rendered: true });
    expect(events.findLast((event) => event.type === 'state')).toMatchObject({ length: 3 });
  });

  test('becomes shorter by its source, not by its letters', () => {
    look(answer({ text: 'ABC*' }), session('kelp'));
    look(answer({ text: 'ABC', shortened: true }));
    look(answer({ text: 'xA', shortened: true }));
    expect(told()).toEqual(['1 append "ABC*"', '1 set "ABC"', '1 reset', '1 set "xA"']);
  });
});
