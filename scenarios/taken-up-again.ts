/** What a page must bear when it takes an answer up again: ends that are none, cuts in a row, text that was missed. */
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import {
  askWatched,
  FED_BY_ASKING,
  FED_WITHOUT_SILENCE,
  heldBesideAnother,
  heldInMidStream,
  midStream,
  ON_A_DATABASE,
  watchHeld,
} from './steps.ts';

export const cleanEnd = defineScenario<{ at: number }>({
  id: 'clean-end',
  title: 'A clean end in the middle of an answer',
  about:
    'The connection that carries the answer ends as if all had been said, as a proxy does that is being restarted. ' +
    'Only the target can say that an answer has ended; it must be taken up again.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`clean-end after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'clean-end', heals: false },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const ended = await laptop.cutAt({ afterText: question.lengthAfter(at) }, 'clean-end', {
      name: 'clean-end',
      question,
      once: true,
    });
    await askWatched(stage, tab, session, question);
    await stage.reached(ended.struck, 'the connection to end');
    await tab.finished(question);
  },
});

export const cutTwice = defineScenario<{ at: number }>({
  id: 'cut-twice',
  title: 'Two cuts, the second before anything new came',
  about:
    'The connection breaks while the LLM is silent in mid-answer; the one that takes the answer up breaks before it ' +
    'has brought anything. The third must go on where the text held ends, as if there had been one cut only.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  needs: ({ resume }) =>
    resume === 'append' ? null : 'the target cannot resume a stream from where it was cut',
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`a reset after chunk ${at}, and another before anything new came`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'cut-1', heals: false },
    { goal: 'fault-struck', fault: 'cut-2', heals: false },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const once = { once: true, question };
    const afterText = question.lengthAfter(at);
    const first = await laptop.cutAt({ afterText }, 'reset', { name: 'cut-1', ...once });
    // Armed in the very turn in which the first strikes, before any client can have noticed.
    const second = first.struck.then(() =>
      laptop.cutAt({ afterText: 0 }, 'reset', { name: 'cut-2', ...once }),
    );
    await askWatched(stage, tab, session, question, at);
    await stage.reached(second, 'the first cut');
    await stage.reached((await second).struck, 'the second cut');
    // The third is open then; what the LLM says sooner would be found saved, not streamed.
    await stage.hears(question);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const missedAndLive = defineScenario<{ at: number; missed: number }>({
  id: 'missed-and-live',
  title: 'Back while the answer goes on',
  about:
    'The network is lost in mid-answer and comes back when more of it has been said and saved, and the LLM has not ' +
    'finished. What was missed and what is said from then on must come in order, and each of it once.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  needs: ON_A_DATABASE,
  questions: { question: { chunks: [60, 80] } },
  points: (draw) => ({ at: draw.between(6, 20), missed: draw.between(8, 14) }),
  strikes: ({ at, missed }) => [`network lost by reset after chunk ${at}, back ${missed} chunks later`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'laptop-network' },
    { goal: 'resumed', send: send('question') },
    { goal: 'advanced-while-away', send: send('question'), actor: 'laptop' },
  ],
  async play(stage, { at, missed }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at);
    await watchHeld(stage, tab, question, at);
    await laptop.cut('reset', 'laptop-network');
    await stage.llm.holdAt(question, at + missed);
    await stage.saved(question, at + missed);
    await laptop.heal();
    // A stream is open then, and what is released is live to it.
    await stage.hears(question);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

/** So much of the second answer is there while the first goes on. */
const HELD_AT = 3;

export const leftBehind = defineScenario<{ leaveAt: number; returnAt: number }>({
  id: 'left-behind',
  title: 'An answer that goes on behind another session',
  about:
    'A session is left in mid-answer for another one, which is asked something, too, and looked at for longer than ' +
    'two polling periods. What is said behind it meanwhile belongs where it was asked for.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { first: { chunks: [40, 80] }, second: { chunks: [8, 16] } },
  points(draw, { first }) {
    const leaveAt = midStream(draw, first!, 12);
    return { leaveAt, returnAt: draw.between(leaveAt + 6, first! - 4) };
  },
  strikes: ({ leaveAt, returnAt }) => [`away from chunk ${leaveAt} to chunk ${returnAt}`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'switch', send: send('first') },
    { goal: 'advanced-while-away', send: send('first'), actor: 'laptop-tab-1' },
    { goal: 'resumed', send: send('first') },
  ],
  async play(stage, { leaveAt, returnAt }) {
    const first = stage.question('first');
    const second = stage.question('second');
    const { tab, kelp, tides } = await heldBesideAnother(stage, first, leaveAt);
    await tab.switchTo(tides);
    await askWatched(stage, tab, tides, second, HELD_AT);
    await watchHeld(stage, tab, second, HELD_AT);
    await stage.llm.holdAt(first, returnAt);
    await stage.llm.waitsAt(first, returnAt);
    await stage.pass(2 * stage.pollEvery + 500);
    await stage.llm.release(second);
    await tab.finished(second);
    await stage.probe();
    await tab.switchTo(kelp);
    await stage.llm.release(first);
    await tab.finished(first);
  },
});

export const keptAlive = defineScenario<{ at: number }>({
  id: 'kept-alive',
  title: 'A stream that is only kept alive',
  about:
    'From one chunk on the stream brings nothing but signs of life, and goes on doing so when the answer has long ' +
    'ended, as a server does that has lost a reader from sight. The page must find out by asking how the answer stands.',
  drivers: ['browser'],
  feeds: FED_WITHOUT_SILENCE,
  needs: ({ resume }) => (resume === 'poll' ? 'the target has no stream to come back to' : null),
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`nothing but signs of life after chunk ${at}`],
  // Whoever finds out that all has been said has nothing to take up again.
  coverage: () => [{ goal: 'fault-struck', fault: 'kept-alive', heals: false }],
  async play(stage, { at }) {
    const { question, laptop } = await heldInMidStream(stage, at);
    const afterText = question.lengthAfter(at);
    const starved = await laptop.cutAt({ afterText }, 'kept-alive', {
      name: 'kept-alive',
      question,
      once: true,
    });
    await stage.reached(starved.struck, 'the stream to be starved');
    await stage.llm.release(question);
    await stage.llm.ended(question);
  },
});

/** Enough for a page that does not wait between attempts to make many more than one that does. */
const EMPTY_MS = 6_000;

export const emptyOnResume = defineScenario<{ at: number }>({
  id: 'empty-on-resume',
  title: 'Nothing for whoever resumes',
  about:
    'The connection breaks at an exact chunk, and whoever takes the answer up again gets a 200 that ends at once and ' +
    'holds nothing, as from a buffer that was lost. The answer goes on: one must try again, but not without a pause.',
  drivers: ['api', 'browser'],
  feeds: [...FED_WITHOUT_SILENCE, 'hygiene'],
  needs: ({ resume }) => (resume === 'poll' ? 'the target has no stream to come back to' : null),
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`a break after chunk ${at}, then empty streams for ${EMPTY_MS} ms`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'emptiness' },
    { goal: 'fault-struck', fault: 'cut', heals: false },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const afterText = question.lengthAfter(at);
    const cut = await laptop.cutAt({ afterText }, 'reset', { name: 'cut', question, once: true });
    // In the very turn in which it strikes, before any client can have noticed.
    const emptied = cut.struck.then(() => laptop.befall('emptied', 'emptiness'));
    await askWatched(stage, tab, session, question, at);
    await stage.reached(emptied, 'the connection to break');
    await stage.probe();
    await stage.pass(EMPTY_MS);
    await laptop.heal();
    await stage.hears(question);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const takenUpAgain: readonly AnyScenario[] = [
  cleanEnd,
  cutTwice,
  missedAndLive,
  leftBehind,
  keptAlive,
  emptyOnResume,
];
