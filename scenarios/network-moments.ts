/** The moments at which losing the network is hardest to bear; `network` draws one from between them. */
import type { CutStyle } from '../harness/faults/fault.ts';
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE, midStream, watchHeld } from './steps.ts';

const FEEDS_AND_RESUMES = [...FED_WITHOUT_SILENCE, 'cursor-exact'];

export const responseLost = defineScenario<{ style: 'reset' | 'fin' }>({
  id: 'response-lost',
  title: 'The question arrives, the response is lost',
  about:
    'The connection breaks when the target has taken the question on and nothing of its response has come back. ' +
    'Nobody can know whether it arrived: a page asks again, and a browser sends a POST again by itself. Both must ' +
    'come to the same answer, generated once.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  needs: ({ idempotentSend }) =>
    idempotentSend ? null : 'the target cannot tell a repeated question from a new one',
  questions: { question: { chunks: [20, 40] } },
  points: (draw) => ({ style: draw.oneOf(['reset', 'fin'] as const) }),
  strikes: ({ style }) => [`${style} before the response to the question`],
  coverage: () => [{ goal: 'fault-struck', fault: 'response-lost', heals: false }],
  async play(stage, { style }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const lost = await laptop.cutAt({ afterText: 0, beforeHead: true }, style, {
      name: 'response-lost',
      question,
      once: true,
    });
    const asking = askWatched(stage, tab, session, question);
    await stage.reached(lost.struck, 'the response to be lost');
    await asking;
    await tab.finished(question);
  },
});

export const networkMidChunk = defineScenario<{ at: number }>({
  id: 'network-mid-chunk',
  title: 'Network lost in the middle of a chunk',
  about:
    'The connection breaks within a frame: half of a chunk has arrived. The half must not be shown, or not twice, and ' +
    'the answer must go on at the chunk that was torn.',
  drivers: ['api', 'browser'],
  feeds: FEEDS_AND_RESUMES,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!, 10) }),
  strikes: ({ at }) => [`half of chunk ${at + 1} arrives, then a reset`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'torn', heals: false },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const torn = await laptop.cutAt({ afterText: question.lengthAfter(at) }, 'half-frame', {
      name: 'torn',
      question,
      once: true,
    });
    await askWatched(stage, tab, session, question);
    await stage.reached(torn.struck, 'the frame to be torn');
    await tab.finished(question);
  },
});

const ENDINGS: readonly CutStyle[] = ['reset', 'fin', 'clean-end'];

export const networkBeforeEnd = defineScenario<{ chunks: number; style: CutStyle }>({
  id: 'network-before-end',
  title: 'Network lost between the last chunk and the end',
  about:
    'All of the text has arrived and the word that it is all has not. What is held is complete, but only the target ' +
    'can say so: a clean end of the connection is not that word.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [20, 40] } },
  points: (draw, { question }) => ({ chunks: question!, style: draw.oneOf(ENDINGS) }),
  strikes: ({ chunks, style }) => [`${style} after chunk ${chunks}, the last, before the end`],
  coverage: () => [{ goal: 'fault-struck', fault: 'end-lost', heals: false }],
  async play(stage, { chunks, style }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const lost = await laptop.cutAt({ afterText: question.lengthAfter(chunks) }, style, {
      name: 'end-lost',
      question,
      once: true,
    });
    await askWatched(stage, tab, session, question, chunks);
    await stage.reached(lost.struck, 'the end to be lost');
    await stage.probe();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

const MINUTE_MS = 60_000;

export const networkForAMinute = defineScenario<{ at: number }>({
  id: 'network-for-a-minute',
  title: 'Network away for a minute',
  about:
    'The network is lost while the answer streams and comes back after a minute, when the answer has long been ' +
    'finished and nobody streams it any more. The rest must come all the same.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [60, 80], gap: 50 } },
  points: (draw) => ({ at: draw.between(6, 20) }),
  strikes: ({ at }) => [`network lost by reset after chunk ${at}, back after ${MINUTE_MS} ms`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'laptop-network' },
    { goal: 'resumed', send: send('question') },
    { goal: 'advanced-while-away', send: send('question'), actor: 'laptop' },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const cut = await laptop.cutAt({ afterText: question.lengthAfter(at) }, 'reset', {
      name: 'laptop-network',
      question,
    });
    await askWatched(stage, tab, session, question);
    await stage.reached(cut.struck, 'the network to be cut');
    await stage.pass(MINUTE_MS);
    await laptop.heal();
    await tab.finished(question);
  },
});

const LOSSES = 6;

export const lossyLink = defineScenario<{ every: number[] }>({
  id: 'lossy-link',
  title: 'A link that keeps breaking',
  about:
    'Every connection that carries the answer breaks after a few chunks, six times over, as on a train. Each time it ' +
    'is taken up where the text held ends; nothing comes twice and nothing is missing.',
  drivers: ['api', 'browser'],
  feeds: FEEDS_AND_RESUMES,
  needs: ({ resume }) =>
    resume === 'append' ? null : 'the target cannot resume a stream from where it was cut',
  questions: { question: { chunks: [60, 80] } },
  points: (draw) => ({ every: Array.from({ length: LOSSES }, () => draw.between(3, 8)) }),
  strikes: ({ every }) => [`a reset ${every.join(', ')} chunks after the one before`],
  coverage: ({ send }) => [
    ...Array.from({ length: LOSSES }, (_, n) => ({
      goal: 'fault-struck' as const,
      fault: `loss-${n + 1}`,
      heals: false,
    })),
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { every }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    await stage.llm.holdAt(question, 'opened');
    const asked = askWatched(stage, tab, session, question, 0);
    let held = 0;
    for (const [n, chunks] of every.entries()) {
      const reached = held + chunks;
      // Each connection counts its own text, from where it took the answer up.
      const afterText = question.lengthAfter(reached) - question.lengthAfter(held);
      const loss = await laptop.cutAt({ afterText }, 'reset', {
        name: `loss-${n + 1}`,
        question,
        once: true,
      });
      await asked;
      await stage.llm.holdAt(question, reached);
      await stage.reached(loss.struck, `loss ${n + 1}`);
      await tab.sees(question, reached);
      held = reached;
    }
    await watchHeld(stage, tab, question, held);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

const OFFLINE_MS = 1_500;

export const offlineSend = defineScenario<null>({
  id: 'offline-send',
  title: 'Asked while offline',
  about:
    'A question is asked while the device says that it has no network. It must not be lost: it is sent when the ' +
    'network is back, once.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  // Whoever cannot send again without asking twice tells the user that it failed, and that is all it can do.
  needs: ({ idempotentSend }) =>
    idempotentSend ? null : 'the target cannot tell a repeated question from a new one',
  questions: { question: { chunks: [20, 40] } },
  points: () => null,
  strikes: () => [`offline while the question is asked, back after ${OFFLINE_MS} ms`],
  coverage: ({ send }) => [{ goal: 'asked-while-away', send: send('question'), actor: 'laptop' }],
  async play(stage) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    await laptop.cut('reset', 'laptop-network');
    const asking = askWatched(stage, tab, session, question);
    await stage.pass(OFFLINE_MS);
    await laptop.heal();
    await asking;
    await tab.finished(question);
  },
});

export const networkMoments: readonly AnyScenario[] = [
  responseLost,
  networkMidChunk,
  networkBeforeEnd,
  networkForAMinute,
  lossyLink,
  offlineSend,
];
