/**
 * Many tabs of one device. A browser opens six HTTP/1.1 connections to one host, for all tabs of a profile together:
 * from the seventh stream on a page that takes one for each answer hangs.
 */
import type { Session, Tab } from '../harness/actors/actor.ts';
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import {
  askWatched,
  FED_BY_ASKING,
  FED_WITHOUT_SILENCE,
  heldInMidStream,
  midStream,
  watchHeld,
} from './steps.ts';

const NUMBER = { 2: 'Two', 5: 'Five', 7: 'Seven' } as const;

function tabsOnTheirOwn(count: 5 | 7) {
  const names = Array.from({ length: count }, (_, n) => `tab-${n + 1}`);
  return defineScenario<{ at: number[] }>({
    id: `tabs-${count}`,
    title: `${NUMBER[count]} tabs, a session each`,
    about:
      `${NUMBER[count]} tabs of one device ask a question each, and all are answered at once. A browser has six ` +
      'connections for all of them: every tab must get its whole answer nevertheless.',
    drivers: ['api', 'browser'],
    // Who has to ask how its answer stands, for want of a connection, has the last chunk later than who streams.
    feeds: [...FED_WITHOUT_SILENCE, 'no-blocking'],
    questions: Object.fromEntries(names.map((name) => [name, { chunks: [20, 40] as const }])),
    points: (draw, chunks) => ({ at: names.map((name) => midStream(draw, chunks[name]!, 5)) }),
    strikes: ({ at }) => [`all held, at chunks ${at.join(', ')}, then released together`],
    coverage: ({ send }) => [{ goal: 'overlap', sends: names.map(send) }],
    async play(stage, { at }) {
      const laptop = await stage.device('laptop');
      const open: { tab: Tab; session: Session }[] = [];
      // All are there before the first asks: no LLM is kept waiting for longer than a target bears.
      for (const name of names) {
        const tab = await laptop.openTab();
        open.push({ tab, session: await tab.createSession(name) });
      }
      const tabs = open.map(({ tab }) => tab);
      for (const [n, name] of names.entries()) {
        await askWatched(stage, open[n]!.tab, open[n]!.session, stage.question(name), at[n]);
      }
      for (const [n, name] of names.entries()) await tabs[n]!.sees(stage.question(name), at[n]!);
      await stage.probe();
      await Promise.all(names.map((name) => stage.llm.release(stage.question(name))));
      await Promise.all(names.map((name, n) => tabs[n]!.finished(stage.question(name))));
    },
  });
}

function tabsOnOneSession(count: 2 | 5 | 7) {
  return defineScenario<{ at: number }>({
    id: `same-session-${count}`,
    title: `${NUMBER[count]} tabs on one session`,
    about:
      `${NUMBER[count]} tabs show the same session while its answer streams, one of which asked. All of them must ` +
      'show it as it grows, and its end.',
    drivers: ['api', 'browser'],
    feeds: [...(count === 2 ? FED_BY_ASKING : FED_WITHOUT_SILENCE), 'no-blocking'],
    questions: { question: { chunks: [40, 60] } },
    points: (draw, { question }) => ({ at: midStream(draw, question!, 20) }),
    strikes: ({ at }) => [`${count - 1} more tabs from chunk ${at} on`],
    coverage: ({ send }) => [{ goal: 'shared', send: send('question'), views: count }],
    async play(stage, { at }) {
      const question = stage.question('question');
      const laptop = await stage.device('laptop');
      const tab = await laptop.openTab();
      const session = await tab.createSession('kelp');
      const others: Tab[] = [];
      for (let n = 1; n < count; n++) others.push(await laptop.openTab());
      await askWatched(stage, tab, session, question, at);
      await watchHeld(stage, tab, question, at);
      for (const other of others) await other.switchTo(session);
      await Promise.all(others.map((other) => other.sees(question, at)));
      // Live, not only caught up: what is said from now on must come to all of them while the LLM waits.
      await stage.llm.holdAt(question, at + 10);
      await Promise.all([tab, ...others].map((each) => each.sees(question, at + 10)));
      await stage.llm.release(question);
      await Promise.all([tab, ...others].map((each) => each.finished(question)));
    },
  });
}

export const closedInMidStream = defineScenario<{ at: number }>({
  id: 'tab-closed',
  title: 'The tab is closed and another opened',
  about:
    'The only tab that shows an answer is closed while it streams. Nobody looks on, and the answer is generated all ' +
    'the same; a tab that is opened afterwards has all of it.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [40, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`the tab is closed after chunk ${at}`],
  coverage: ({ send }) => [{ goal: 'mid-stream', f: 'close-tab', send: send('question') }],
  async play(stage, { at }) {
    const { question, laptop, tab, session } = await heldInMidStream(stage, at);
    await tab.close();
    await stage.llm.holdAt(question, at + 5);
    await stage.llm.waitsAt(question, at + 5);
    const later = await laptop.openTab();
    await later.switchTo(session);
    await stage.llm.release(question);
    await later.finished(question);
  },
});

export const twoDevices = defineScenario<{ at: number }>({
  id: 'two-devices',
  title: 'Two devices, one of them cut off',
  about:
    'A laptop and a phone of one user show the same answer; the laptop loses the network in mid-answer. The phone ' +
    'must not notice, and the laptop must catch up.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 20) }),
  strikes: ({ at }) => [`the laptop loses the network after chunk ${at}, for ten chunks`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'laptop-network' },
    { goal: 'advanced-while-away', send: send('question'), actor: 'laptop' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const [laptop, phone] = [await stage.device('laptop'), await stage.device('phone')];
    const [atDesk, onTheWay] = [await laptop.openTab(), await phone.openTab()];
    const session = await atDesk.createSession('kelp');
    await askWatched(stage, atDesk, session, question, at);
    await watchHeld(stage, atDesk, question, at);
    await onTheWay.switchTo(session);
    await onTheWay.sees(question, at);
    await laptop.cut('reset', 'laptop-network');
    await stage.llm.holdAt(question, at + 10);
    await onTheWay.sees(question, at + 10);
    await laptop.heal();
    await atDesk.sees(question, at + 10);
    await stage.llm.release(question);
    await Promise.all([atDesk.finished(question), onTheWay.finished(question)]);
  },
});

export const manyTabs: readonly AnyScenario[] = [
  tabsOnTheirOwn(5),
  tabsOnTheirOwn(7),
  tabsOnOneSession(2),
  tabsOnOneSession(5),
  tabsOnOneSession(7),
  closedInMidStream,
  twoDevices,
];
