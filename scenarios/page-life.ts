/** What only befalls a page: what browsers and impatient people do to it. */
import { pageOf, type Tab } from '../harness/actors/actor.ts';
import { type AnyScenario, defineScenario, type Scenario, type Stage } from '../harness/runs/scenario.ts';
import { modesOf, type TargetPage } from '../harness/targets/page.ts';
import {
  askWatched,
  FED_BY_ASKING,
  FED_WITHOUT_SILENCE,
  heldBesideAnother,
  heldInMidStream,
  midStream,
  watchHeld,
} from './steps.ts';

export const doubleClick = defineScenario<null>({
  id: 'double-click',
  title: 'Double click on send',
  about:
    'The button that sends is double-clicked, as many people do with every button. The question must be asked once.',
  drivers: ['browser'],
  // There is nothing that could have failed to happen: a click that could not be made ends the play.
  feeds: FED_WITHOUT_SILENCE.filter((checker) => checker !== 'coverage'),
  questions: { question: { chunks: [20, 40] } },
  points: () => null,
  strikes: () => ['the button that sends is double-clicked'],
  coverage: () => [],
  async play(stage) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await stage.llm.holdAt(question, 'opened');
    await pageOf(tab).sendTwice(question);
    await stage.llm.waitsAt(question, 'opened');
    await stage.probe();
    await stage.glance(session);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const rendererCrash = defineScenario<{ at: number }>({
  id: 'renderer-crash',
  title: 'The page crashes',
  about:
    'The renderer of the page dies while the answer streams; the tab is reloaded. Nothing may be lost by it.',
  drivers: ['browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [40, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`the renderer dies after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'crash', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    await pageOf(tab).crash();
    await stage.llm.release(question);
    await tab.refresh();
    await tab.finished(question);
  },
});

export const backAndForward = defineScenario<{ at: number }>({
  id: 'back-and-forward',
  title: 'Back and forward',
  about:
    'While an answer streams, another session is opened and left by the browser’s back button, and returned to by ' +
    'forward. Each must show its own, and the answer goes on.',
  drivers: ['browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [40, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 12) }),
  strikes: ({ at }) => [`away, back, forward and back from chunk ${at} on`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'back', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const { tab, tides } = await heldBesideAnother(stage, question, at);
    await tab.switchTo(tides);
    await pageOf(tab).back();
    await tab.sees(question, at);
    await pageOf(tab).forward();
    await stage.llm.holdAt(question, at + 5);
    await stage.llm.waitsAt(question, at + 5);
    await pageOf(tab).back();
    await tab.sees(question, at + 5);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

/** Without the fragment: what leads to another one loads another document. */
function addressOf(page: TargetPage, session: string): string {
  return page.path(session, modesOf(page)[0]).split('#', 1)[0]!;
}

const LEFT = {
  drivers: ['browser'],
  feeds: FED_BY_ASKING,
  needs: (_, { page }) =>
    page && addressOf(page, 'kelp') === addressOf(page, 'tides')
      ? 'the sessions of the page of the target are places of one document, which is never left'
      : null,
  questions: { question: { chunks: [40, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 12) }),
  strikes: ({ at }) => [`the page is left after chunk ${at} and returned to five chunks later`],
} satisfies Partial<Scenario<{ at: number }>>;

export const leftAndReturned = defineScenario<{ at: number }>({
  ...LEFT,
  id: 'left-and-returned',
  title: 'Another page, and back',
  about:
    'The page is left for another address while an answer streams, and returned to by the back button: the browser ' +
    'has kept it, with all that it held and a stream that nobody read. What it shows is old; it must catch up.',
  coverage: ({ send }) => [
    { goal: 'went-back', actor: 'laptop', kept: true },
    { goal: 'resumed', send: send('question') },
  ],
  play: (stage, points) => leaveAndReturn(stage, points, async () => {}),
});

export const leftAndForgotten = defineScenario<{ at: number }>({
  ...LEFT,
  id: 'left-and-forgotten',
  title: 'Another page, and back to one that was not kept',
  about:
    'The page is left for another address while an answer streams, and the browser throws away what it had kept of ' +
    'it, as it does for want of memory. The back button makes it anew, and the answer must be there.',
  coverage: ({ send }) => [
    { goal: 'went-back', actor: 'laptop', kept: false },
    { goal: 'resumed', send: send('question') },
  ],
  play: (stage, points) => leaveAndReturn(stage, points, (tab) => pageOf(tab).forgetKept()),
});

async function leaveAndReturn(
  stage: Stage,
  { at }: { at: number },
  meanwhile: (tab: Tab) => Promise<void>,
): Promise<void> {
  const question = stage.question('question');
  const laptop = await stage.device('laptop');
  const tab = await laptop.openTab();
  const kelp = await tab.createSession('kelp');
  // A session that another tab has just made is not among those this one lists: it is gone to by its address. It is
  // made beforehand, for an LLM that is held for long is given up.
  const tides = await (await laptop.openTab()).createSession('tides');
  await askWatched(stage, tab, kelp, question, at);
  await watchHeld(stage, tab, question, at);
  await tab.switchTo(tides);
  await meanwhile(tab);
  await stage.llm.holdAt(question, at + 5);
  await stage.llm.waitsAt(question, at + 5);
  await pageOf(tab).back();
  await tab.sees(question, at + 5);
  await stage.llm.release(question);
  await tab.finished(question);
}

export const laptopAsleep = defineScenario<{ at: number }>({
  id: 'laptop-asleep',
  title: 'A laptop asleep',
  about:
    'The lid is closed while an answer streams: the page stands still and its connection breaks, of which it hears ' +
    'nothing. When it is opened again the answer has long been finished, and the page must find out.',
  drivers: ['browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 60] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 12) }),
  strikes: ({ at }) => [`asleep from chunk ${at} until the answer has ended`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'freeze', send: send('question') },
    { goal: 'fault-struck', fault: 'laptop-network' },
    { goal: 'advanced-while-away', send: send('question'), actor: 'laptop' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, laptop, tab } = await heldInMidStream(stage, at);
    await pageOf(tab).freeze();
    await laptop.cut('reset', 'laptop-network');
    await stage.llm.release(question);
    await stage.llm.ended(question);
    await stage.probe();
    await laptop.heal();
    await pageOf(tab).thaw();
    await tab.finished(question);
  },
});

export const pageLife: readonly AnyScenario[] = [
  doubleClick,
  rendererCrash,
  backAndForward,
  leftAndReturned,
  leftAndForgotten,
  laptopAsleep,
];
