/** The moments of an answer at which a reload is hardest to bear; `refresh` draws one from between them. */
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import {
  askWatched,
  FED_BY_ASKING,
  FED_WITHOUT_SILENCE,
  heldInMidStream,
  midStream,
  watchHeld,
} from './steps.ts';

const BEFORE_FIRST = 'opened';

export const refreshBeforeFirst = defineScenario<null>({
  id: 'refresh-before-first',
  title: 'Refresh before the first chunk',
  about:
    'The page is reloaded while the LLM has been called and has said nothing. The question must be there again, its ' +
    'empty answer must not count as finished, and the whole answer must come.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [20, 40] } },
  points: () => null,
  strikes: () => ['refresh before the first chunk'],
  coverage: ({ send }) => [{ goal: 'resumed', send: send('question') }],
  async play(stage) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, BEFORE_FIRST);
    await tab.refresh();
    // What has not been read before the LLM speaks was not found empty.
    await tab.sees(question, 0);
    await stage.probe();
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

/** The reference's interval; of another target these are places like any others. */
const INTERVAL = 5;

export const refreshAtCheckpoints = defineScenario<{ at: number[] }>({
  id: 'refresh-at-checkpoints',
  title: 'Refresh around every checkpoint',
  about:
    'The page is reloaded one chunk before every save of an answer, at it, and one chunk after. Each time what was ' +
    'shown must be there again: what is delivered and what is saved may never drift apart.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [18, 24] } },
  points: (_, { question }) => ({
    at: Array.from({ length: question! - 1 }, (_, i) => i + 1).filter(
      (chunk) => chunk >= INTERVAL - 1 && (chunk + 1) % INTERVAL < 3,
    ),
  }),
  strikes: ({ at }) => [`refresh after each of the chunks ${at.join(', ')}`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const session = await tab.createSession('kelp');
    await askWatched(stage, tab, session, question, at[0]);
    for (const chunk of at) {
      await stage.llm.holdAt(question, chunk);
      await watchHeld(stage, tab, question, chunk);
      await tab.refresh();
    }
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const refreshAtLast = defineScenario<{ chunks: number }>({
  id: 'refresh-at-last',
  title: 'Refresh between the last chunk and the end',
  about:
    'The page is reloaded when the LLM has said all and has not said that it is done. The answer is complete and not ' +
    'finished; the page must wait for the word that it is.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [20, 40] } },
  points: (_, { question }) => ({ chunks: question! }),
  strikes: ({ chunks }) => [`refresh after chunk ${chunks}, the last`],
  coverage: ({ send }) => [{ goal: 'resumed', send: send('question') }],
  async play(stage, { chunks }) {
    const { question, tab } = await heldInMidStream(stage, chunks);
    await tab.refresh();
    await tab.sees(question, chunks);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

export const refreshThrice = defineScenario<{ at: number }>({
  id: 'refresh-thrice',
  title: 'Refresh thrice in a row',
  about:
    'The page is reloaded three times while the answer streams, as impatient people do. Each new page must show what ' +
    'the one before it had, and the answer is generated once.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { question: { chunks: [40, 80] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`three refreshes after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'refresh', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const { question, tab } = await heldInMidStream(stage, at);
    await tab.refresh();
    await tab.refresh();
    await stage.llm.release(question);
    await tab.refresh();
    await tab.finished(question);
  },
});

export const refreshMoments: readonly AnyScenario[] = [
  refreshBeforeFirst,
  refreshAtCheckpoints,
  refreshAtLast,
  refreshThrice,
];
