/**
 * Two instances of the server on one database, as behind a load balancer: who reads an answer, or stops it, need not
 * be where it is produced; and one of them may end while the other goes on.
 */
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, heldInMidStream, midStream, watchHeld } from './steps.ts';

/** So much of the answer that is begun on a new instance is there while the old one ends. */
const HELD_AT = 6;

const ABOUT_DEATH = ({ afterCrash }: { afterCrash: string }) =>
  afterCrash === 'nothing' ? 'the target promises nothing after a crash' : null;

export const resumedElsewhere = defineScenario<{ at: number }>({
  id: 'resumed-elsewhere',
  title: 'Resumed on another instance',
  about:
    'The network is lost at an exact chunk, and when it is back the client is led to another instance of the server ' +
    'than the one that produces the answer. It must have what was said meanwhile, and go on live.',
  drivers: ['api', 'browser'],
  alone: true,
  instances: 2,
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 16) }),
  strikes: ({ at }) => [`the network is lost after chunk ${at}, and found again at another instance`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'route', send: send('question') },
    { goal: 'fault-struck', fault: 'laptop-network' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await laptop.route(1);
    await laptop.cut('reset', 'laptop-network');
    await stage.llm.holdAt(question, at + 5);
    await stage.llm.waitsAt(question, at + 5);
    await laptop.heal();
    await tab.sees(question, at + 5);
    // Live, not only caught up: what is said now must come over while the LLM waits.
    await stage.llm.holdAt(question, at + 10);
    await tab.sees(question, at + 10);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const stoppedElsewhere = defineScenario<{ at: number }>({
  id: 'stopped-elsewhere',
  title: 'Stopped on another instance',
  about:
    'A phone, led to another instance of the server than the laptop that asked, shows the answer and stops it. The ' +
    'LLM call closes, what was shown is kept, and both say cancelled.',
  drivers: ['api', 'browser'],
  alone: true,
  instances: 2,
  feeds: [...FED_BY_ASKING, 'cancel-honoured'],
  needs: ({ stop: can }) => (can ? null : 'the target cannot stop a generation'),
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [`stop on the other instance after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'shared', send: send('question'), views: 2 },
    { goal: 'mid-stream', f: 'stop', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const [laptop, phone] = [await stage.device('laptop'), await stage.device('phone')];
    await phone.route(1);
    const [asking, stopping] = [await laptop.openTab(), await phone.openTab()];
    const session = await asking.createSession('kelp');
    await askWatched(stage, asking, session, question, at);
    await watchHeld(stage, asking, question, at);
    await stopping.switchTo(session);
    await stopping.sees(question, at);
    await stopping.stop(question);
    await stage.llm.ended(question);
    await Promise.all([asking.finished(question), stopping.finished(question)]);
  },
});

export const oneOfTwoKilled = defineScenario<{ at: number; sparedAt: number }>({
  id: 'one-of-two-killed',
  title: 'One of two instances killed',
  about:
    'Two instances of the server produce an answer each, and one of them is killed by SIGKILL at an exact chunk and ' +
    'stays away. Its answer must be ended by the other, with at most the chunks since the last checkpoint lost; the ' +
    "other's must go on.",
  drivers: ['api', 'browser'],
  alone: true,
  instances: 2,
  feeds: FED_BY_ASKING,
  needs: ABOUT_DEATH,
  questions: { orphaned: { chunks: [40, 80] }, spared: { chunks: [40, 80] } },
  points: (draw, { orphaned, spared }) => ({
    at: midStream(draw, orphaned!, 5),
    sparedAt: midStream(draw, spared!, 16),
  }),
  strikes: ({ at, sparedAt }) => [`SIGKILL of one after its chunk ${at}, and chunk ${sparedAt} of the other`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'kill' },
    { goal: 'mid-stream', f: 'kill', send: send('orphaned') },
    { goal: 'mid-stream', f: 'kill', send: send('spared') },
    { goal: 'resumed', send: send('orphaned') },
  ],
  async play(stage, { at, sparedAt }) {
    const [orphaned, spared] = [stage.question('orphaned'), stage.question('spared')];
    const [laptop, phone] = [await stage.device('laptop'), await stage.device('phone')];
    await phone.route(1);
    const [atDesk, onTheWay] = [await laptop.openTab(), await phone.openTab()];
    const [tides, kelp] = [await atDesk.createSession('tides'), await onTheWay.createSession('kelp')];
    await askWatched(stage, atDesk, tides, spared, sparedAt);
    await watchHeld(stage, atDesk, spared, sparedAt);
    await askWatched(stage, onTheWay, kelp, orphaned, at);
    await watchHeld(stage, onTheWay, orphaned, at);
    await phone.route(0);
    await stage.target.kill('SIGKILL', 1);
    await stage.llm.holdAt(spared, sparedAt + 10);
    await atDesk.sees(spared, sparedAt + 10);
    await stage.llm.release(orphaned);
    await onTheWay.finished(orphaned);
    await stage.llm.release(spared);
    await atDesk.finished(spared);
  },
});

export const rollingRestart = defineScenario<{ at: number; otherAt: number }>({
  id: 'rolling-restart',
  title: 'Rolling restart of two instances',
  about:
    'Each of two instances of the server in turn is asked to end by SIGTERM and started again, while each produces ' +
    'an answer, and their clients are led to the other. An answer may end in error, but nothing that anybody has ' +
    'seen may be lost; one that is begun on the new instance goes on while the old one ends.',
  drivers: ['api', 'browser'],
  alone: true,
  instances: 2,
  feeds: FED_BY_ASKING,
  needs: ABOUT_DEATH,
  questions: { first: { chunks: [40, 80] }, second: { chunks: [40, 80] }, third: { chunks: [20, 40] } },
  points: (draw, { first, second }) => ({
    at: midStream(draw, first!, 5),
    otherAt: midStream(draw, second!, 5),
  }),
  strikes: ({ at, otherAt }) => [
    `SIGTERM of one after its chunk ${at}, then of the other after its chunk ${otherAt}`,
  ],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'term' },
    { goal: 'mid-stream', f: 'kill', send: send('first') },
    { goal: 'mid-stream', f: 'kill', send: send('second') },
    { goal: 'mid-stream', f: 'kill', send: send('third') },
  ],
  async play(stage, { at, otherAt }) {
    const [first, second] = [stage.question('first'), stage.question('second')];
    const third = stage.question('third');
    const [laptop, phone] = [await stage.device('laptop'), await stage.device('phone')];
    await phone.route(1);
    const [atDesk, onTheWay] = [await laptop.openTab(), await phone.openTab()];
    const [tides, kelp] = [await atDesk.createSession('tides'), await onTheWay.createSession('kelp')];
    await askWatched(stage, atDesk, tides, first, at);
    await watchHeld(stage, atDesk, first, at);
    await askWatched(stage, onTheWay, kelp, second, otherAt);
    await watchHeld(stage, onTheWay, second, otherAt);

    await laptop.route(1);
    await stage.target.kill('SIGTERM', 0);
    await stage.target.restart(0);
    await laptop.route(0);
    await stage.llm.release(first);
    await atDesk.finished(first);

    const dunes = await atDesk.createSession('dunes');
    await askWatched(stage, atDesk, dunes, third, HELD_AT);
    await watchHeld(stage, atDesk, third, HELD_AT);
    await phone.route(0);
    await stage.target.kill('SIGTERM', 1);
    await stage.target.restart(1);
    await stage.llm.release(second);
    await stage.llm.release(third);
    await Promise.all([onTheWay.finished(second), atDesk.finished(third)]);
  },
});

/** Longer than what starts may take to look for what a crash has left. */
const LOOKED_WITHIN_MS = 1_500;

export const startedBeside = defineScenario<{ at: number }>({
  id: 'started-beside',
  title: 'Instance started beside another',
  about:
    'One instance of the server is replaced while the other is in the middle of an answer and the LLM is silent. What ' +
    'starts may look for what a crash has left, but what another holds is alive: the answer must be completed.',
  drivers: ['api'],
  alone: true,
  instances: 2,
  feeds: FED_BY_ASKING,
  needs: ABOUT_DEATH,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 5) }),
  strikes: ({ at }) => [`SIGKILL of the instance beside, after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'kill' },
    { goal: 'mid-stream', f: 'kill', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    await stage.saved(question, at);
    await stage.target.kill('SIGKILL', 1);
    await stage.target.restart(1);
    await stage.pass(LOOKED_WITHIN_MS);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const instances: readonly AnyScenario[] = [
  resumedElsewhere,
  stoppedElsewhere,
  oneOfTwoKilled,
  rollingRestart,
  startedBeside,
];
