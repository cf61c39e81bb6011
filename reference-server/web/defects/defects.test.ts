/** Each defect does what it says, and the clean client, in the very same play, does not. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Parts } from '../client/parts.ts';
import type { Locks } from '../client/slots.ts';
import type { FakeAnswer } from '../client/testing/fake-server.ts';
import { fakeServer, TestPage } from '../client/testing/page.ts';
import { pageDefects, plant } from './index.ts';

interface Play {
  page: TestPage;
  said: FakeAnswer;
  /** ms that the client decided to wait, each time. */
  pauses: number[];
}

interface Case {
  /** What happens, after a question was asked in session A and named. @returns what is to be seen */
  play: (on: Play) => Promise<unknown>;
  right: unknown;
  wrong: unknown;
  /** Of the tabs that were there before. */
  locks?: Locks;
}

const until = (page: TestPage, what: string, holds: () => boolean) => page.until(what, holds);

/** Cuts the connection and waits for the next one to have been taken up. */
async function cut({ page, said }: Play, how: 'clean' | 'broken' = 'broken'): Promise<void> {
  const before = page.server.cursors.length;
  said.cut(how);
  await until(page, 'it is taken up again', () => page.server.cursors.length > before && said.readers > 0);
}

async function finish({ page, said }: Play): Promise<string> {
  said.end('completed');
  await page.ended('completed');
  return page.answer.text;
}

async function says({ page, said }: Play, text: string): Promise<void> {
  const { key } = page.answer;
  const before = page.shown.get(key)?.length ?? 0;
  said.say(text);
  await until(page, `"${text}" is shown`, () => (page.shown.get(key)?.length ?? 0) > before);
}

const cases: Record<string, Case> = {
  'taken-by-arrival': {
    async play(on) {
      await says(on, 'one ');
      on.said.sayAgain('one ');
      await says(on, 'two ');
      return finish(on);
    },
    right: 'one two ',
    wrong: 'one one two ',
  },
  'replay-appended': {
    async play(on) {
      await says(on, 'one ');
      await cut(on);
      await says(on, 'two ');
      return finish(on);
    },
    right: 'one two ',
    wrong: 'one one two ',
  },
  'offer-taken-twice': {
    async play(on) {
      await says(on, 'one ');
      on.said.growUnheard('two ');
      await cut(on);
      await until(on.page, 'it is caught up', () => on.page.answer.text.endsWith('two '));
      return finish(on);
    },
    right: 'one two ',
    wrong: 'one two two ',
  },
  'old-source-left-open': {
    async play(on) {
      await says(on, 'one ');
      on.page.chat.wake();
      await until(on.page, 'it is taken up again', () => on.page.server.cursors.length === 1);
      // In Node, msw gives the head of an answer with its first bytes: from here on both connections are heard.
      await says(on, 'two ');
      on.said.say('three ');
      await until(on.page, 'it is shown', () => on.page.answer.text.includes('three '));
      // By the other connection it comes a little later.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return finish(on);
    },
    right: 'one two three ',
    wrong: 'one two three three ',
  },
  'catch-up-races-live': {
    async play(on) {
      await says(on, 'one ');
      on.said.growUnheard('two ');
      await cut(on);
      on.said.say('three ');
      await until(on.page, 'all is shown', () => on.page.answer.text.length === 14);
      return finish(on);
    },
    right: 'one two three ',
    wrong: 'one three two ',
  },
  'second-reconnect': {
    async play(on) {
      await says(on, 'one ');
      await cut(on);
      await says(on, 'two ');
      await cut(on);
      await says(on, 'three ');
      await finish(on);
      return [on.page.answer.text, on.page.server.cursors.at(-1)];
    },
    right: ['one two three ', 'answer-0:8'],
    wrong: ['one two one two three ', null],
  },
  'double-cut-before-id': {
    async play(on) {
      await says(on, 'one ');
      await cut(on);
      await cut(on);
      await says(on, 'two ');
      await finish(on);
      return [on.page.answer.text, on.page.server.cursors];
    },
    right: ['one two ', ['answer-0:4', 'answer-0:4']],
    wrong: ['one one two ', ['answer-0:4', null]],
  },
  'quiet-is-done': {
    async play(on) {
      await says(on, 'one ');
      const looks = () => on.page.server.calls.filter((call) => call === 'GET /messages/answer-0').length;
      await until(on.page, 'it was looked at', () => looks() > 3 || !on.page.conversation.isStreaming);
      return on.page.answer.state;
    },
    right: 'generating',
    wrong: 'completed',
  },
  'eof-is-done': {
    async play(on) {
      await says(on, 'one ');
      on.said.cut('clean');
      const { page, said } = on;
      await until(page, 'it is read on, or not', () => said.readers > 0 || !page.conversation.isStreaming);
      return page.answer.state;
    },
    right: 'generating',
    wrong: 'completed',
  },
  'placeholder-is-done': {
    async play({ page }) {
      page.server.asked('session-b', 'And?');
      page.chat.show('session-b');
      await until(page, 'it is read', () => page.answers.length === 1);
      return page.answer.state;
    },
    right: 'generating',
    wrong: 'completed',
  },
  'keepalive-hides-stall': {
    async play(on) {
      await says(on, 'one ');
      on.said.growUnheard('two ');
      for (let pulses = 0; pulses < 40 && on.page.server.cursors.length === 0; pulses++) {
        on.said.keepAlive();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return on.page.server.cursors.length;
    },
    right: 1,
    wrong: 0,
  },
  'reconnect-loop': {
    async play({ page, said, pauses }) {
      await until(page, 'it was in vain four times', () => {
        said.cut('clean');
        return pauses.length >= 4;
      });
      return pauses.slice(0, 4);
    },
    right: [40, 40, 40, 40],
    wrong: [0, 0, 0, 0],
  },
  'wrong-session': {
    async play(on) {
      const { page, said } = on;
      page.server.asked('session-b', 'Other?', 'Other.', 'completed');
      await says(on, 'one ');
      page.chat.show('session-b');
      await page.reads('Other.');
      said.say('two ');
      said.end('completed');
      const asked = () => page.chat.snapshot().conversations.get('session-a')!;
      await until(page, 'it ended', () => !asked().isStreaming);
      return [asked().messages.at(-1)!.text, page.answer.text];
    },
    right: ['one two ', 'Other.'],
    wrong: ['one ', 'Other.two '],
  },
  'one-flag-for-all': {
    async play(on) {
      const { page, said } = on;
      await says(on, 'one ');
      page.chat.show('session-b');
      page.chat.send('session-b', 'And?');
      await until(page, 'it is named', () => page.answer?.id === 'answer-1');
      page.server.answers[1]!.growUnheard('two ');
      page.server.answers[1]!.status = 'completed';
      said.end('completed');
      const asked = () => page.chat.snapshot().conversations.get('session-a')!;
      await until(page, 'the first ended', () => !asked().isStreaming);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return page.answer.state;
    },
    right: 'completed',
    wrong: 'generating',
  },
  'switch-before-first': {
    async play({ page, said }) {
      page.chat.show('session-b');
      await until(page, 'it is left', () => said.readers === 0);
      said.growUnheard('one ');
      said.status = 'completed';
      page.chat.show('session-a');
      await until(page, 'it is read again', () => !page.conversation.isLoading);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return page.answer.text;
    },
    right: 'one ',
    wrong: '',
  },
  'stream-in-every-tab': {
    locks: { request: async (_name, _options, callback) => callback(null) },
    async play({ page }) {
      const { server } = page;
      server.asked('session-b', 'And?');
      page.chat.show('session-b');
      const looks = () => server.calls.filter((call) => call === 'GET /messages/answer-1').length;
      await until(page, 'it is followed', () => looks() > 2 || server.cursors.length > 0);
      return server.cursors.length;
    },
    right: 0,
    wrong: 1,
  },
  'double-submit': {
    async play({ page }) {
      await until(page, 'it has arrived', () => page.server.keys.length > 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return page.server.keys;
    },
    right: ['key-0'],
    wrong: ['key-0-again', 'key-0'],
  },
};

async function played({ play, locks }: Case, defects: string[]): Promise<unknown> {
  const pauses: number[] = [];
  const page = new TestPage(fakeServer(), {
    change(clean) {
      const parts = plant(defects)(clean);
      const pause: Parts['pause'] = (inVain, poll) => {
        pauses.push(parts.pause(inVain, poll));
        return pauses.at(-1)!;
      };
      return { ...parts, pause };
    },
    locks,
  });
  page.chat.show('session-a');
  await page.until('the session is read', () => !page.conversation.isLoading);
  page.chat.send('session-a', 'Why?');
  await page.until('the answer is named', () => page.answer.id !== '');
  return play({ page, pauses, said: page.server.answers.find(({ id }) => id === page.answer.id)! });
}

describe.each(pageDefects.map(({ name }) => name))('%s', (name) => {
  test('without it the client is right', async () => {
    expect(await played(cases[name]!, [])).toEqual(cases[name]!.right);
  });

  test('with it the client is wrong, in the way it says', async () => {
    expect(await played(cases[name]!, [name])).toEqual(cases[name]!.wrong);
  });
});

test('every defect has a name of its own, a sentence, a public report and a case here', () => {
  expect(pageDefects.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort());
  for (const { name, about, seenIn } of pageDefects) {
    expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    expect(about, name).toMatch(/^[A-Z].*\.$/s);
    for (const report of seenIn) expect(report).toMatch(/^\S+(#| P#)\d+$/);
  }
});

test('every file of a defect is in the list, under its own name', () => {
  const files = readdirSync(import.meta.dirname).filter(
    (file) => !/^(index|page-defect|.*\.test)\.ts$/.test(file),
  );
  expect(files.sort()).toEqual(pageDefects.map(({ name }) => `${name}.ts`).sort());
});

test('without names nothing is planted', () => {
  const parts = {} as Parameters<ReturnType<typeof plant>>[0];
  expect(plant([])(parts)).toBe(parts);
  expect(plant(['lost-end'])(parts)).toBe(parts);
});
