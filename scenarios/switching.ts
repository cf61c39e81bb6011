/** Switching between sessions at awkward moments, and among many. */
import type { Session } from '../harness/actors/actor.ts';
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import {
  askWatched,
  FED_BY_ASKING,
  FED_WITHOUT_SILENCE,
  heldBesideAnother,
  midStream,
  ON_A_DATABASE,
  watchHeld,
} from './steps.ts';

export const switchBeforeFirst = defineScenario<null>({
  id: 'switch-before-first',
  title: 'Switch away and back before the first chunk',
  about:
    'A question is asked, and before the LLM has said anything another session is opened and then the first again. ' +
    'The answer must come, and come where it belongs.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  questions: { question: { chunks: [20, 40] } },
  points: () => null,
  strikes: () => ['away and back before the first chunk'],
  coverage: ({ send }) => [{ goal: 'resumed', send: send('question') }],
  async play(stage) {
    const question = stage.question('question');
    const tab = await (await stage.device('laptop')).openTab();
    const tides = await tab.createSession('tides');
    const kelp = await tab.createSession('kelp');
    await askWatched(stage, tab, kelp, question, 'opened');
    await tab.switchTo(tides);
    await tab.switchTo(kelp);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

const FIVE = ['kelp', 'tides', 'reef', 'anchor', 'current'] as const;

export const fiveSessions = defineScenario<{ at: number[] }>({
  id: 'five-sessions',
  title: 'Among five sessions that all stream',
  about:
    'One tab asks in five sessions, and goes round all of them while all five answers stream. None blocks another, ' +
    'none takes up text of another, all complete.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: Object.fromEntries(FIVE.map((name) => [name, { chunks: [30, 50] as const }])),
  points: (draw, chunks) => ({ at: FIVE.map((name) => midStream(draw, chunks[name]!)) }),
  strikes: ({ at }) => [`all held, at chunks ${at.join(', ')}, and visited in turn`],
  coverage: ({ send }) => [
    { goal: 'overlap', sends: FIVE.map(send) },
    ...FIVE.map((name) => ({ goal: 'resumed' as const, send: send(name) })),
  ],
  async play(stage, { at }) {
    const tab = await (await stage.device('laptop')).openTab();
    const sessions: Session[] = [];
    for (const name of FIVE) sessions.push(await tab.createSession(name));
    for (const [n, name] of FIVE.entries()) {
      await tab.switchTo(sessions[n]!);
      await askWatched(stage, tab, sessions[n]!, stage.question(name), at[n]);
      await watchHeld(stage, tab, stage.question(name), at[n]!);
    }
    for (const [n, name] of FIVE.entries()) {
      await tab.switchTo(sessions[n]!);
      await tab.sees(stage.question(name), at[n]!);
    }
    await Promise.all(FIVE.map((name) => stage.llm.release(stage.question(name))));
    for (const [n, name] of FIVE.entries()) {
      await tab.switchTo(sessions[n]!);
      await tab.finished(stage.question(name));
    }
  },
});

export const thereAndBack = defineScenario<{ at: number }>({
  id: 'there-and-back',
  title: 'Away and back while the LLM is silent',
  about:
    'In mid-answer, while the LLM says nothing, another session is opened and then the first again. Whoever has let ' +
    'the stream go and takes it up anew gets what comes from then on by the new one, and by that alone.',
  drivers: ['api', 'browser'],
  feeds: FED_WITHOUT_SILENCE,
  needs({ resume }, { page }) {
    if (page?.keepsStreams) return 'the page of the target lets no stream go when another session is shown';
    return resume === 'poll' ? 'the target has no stream to come back to' : null;
  },
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`away and back after chunk ${at}, the LLM held there until the tab listens again`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'switch', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const { tab, kelp, tides } = await heldBesideAnother(stage, question, at);
    await tab.switchTo(tides);
    const listensAgain = stage.hearsAnew(question);
    await Promise.all([tab.switchTo(kelp), listensAgain]);
    // One by one: where all the rest came in one piece, the end in it would close a second stream unread.
    for (let said = at + 1; said <= at + 4; said++) {
      await stage.llm.holdAt(question, said);
      await tab.sees(question, said);
    }
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

/** So much of the second answer is there while the first goes on. */
const HELD_AT = 3;

export const saidBehind = defineScenario<{ at: number }>({
  id: 'said-behind',
  title: 'What is said behind the session that is shown',
  about:
    'An answer is held in mid-stream and its session left for another, in which an answer is held, too. Then the first ' +
    'is said to its end: nothing of that belongs to the session that is shown.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  needs: ON_A_DATABASE,
  questions: { first: { chunks: [20, 40] }, second: { chunks: [8, 16] } },
  points: (draw, { first }) => ({ at: midStream(draw, first!) }),
  strikes: ({ at }) => [`the first goes on from chunk ${at} to its end behind the second`],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'switch', send: send('first') },
    { goal: 'advanced-while-away', send: send('first'), actor: 'laptop-tab-1' },
  ],
  async play(stage, { at }) {
    const [first, second] = [stage.question('first'), stage.question('second')];
    const { tab, tides } = await heldBesideAnother(stage, first, at);
    await tab.switchTo(tides);
    await askWatched(stage, tab, tides, second, HELD_AT);
    await watchHeld(stage, tab, second, HELD_AT);
    await stage.llm.release(first);
    // What is saved is with whoever still listens within the bound of delivery: before anything more of the second.
    await stage.saved(first, first.spec.chunks);
    await stage.pass(stage.bounds.delivery);
    await stage.llm.release(second);
    await tab.finished(second);
  },
});

export const askedBeside = defineScenario<{ at: number }>({
  id: 'asked-beside',
  title: 'Another question in another session, of one tab',
  about:
    'While an answer is held in mid-stream, the same tab opens another session and asks there. That answer is shown ' +
    'to its end, whatever goes on in the session that was left.',
  drivers: ['api', 'browser'],
  feeds: FED_BY_ASKING,
  questions: { first: { chunks: [30, 50] }, second: { chunks: [8, 16] } },
  points: (draw, { first }) => ({ at: midStream(draw, first!) }),
  strikes: ({ at }) => [`the first held after chunk ${at} until the second has been generated`],
  coverage: ({ send }) => [{ goal: 'mid-stream', f: 'switch', send: send('first') }],
  async play(stage, { at }) {
    const [first, second] = [stage.question('first'), stage.question('second')];
    const { tab, tides } = await heldBesideAnother(stage, first, at);
    await tab.switchTo(tides);
    await askWatched(stage, tab, tides, second);
    await stage.llm.ended(second);
    await stage.llm.release(first);
    await stage.llm.ended(first);
  },
});

export const switching: readonly AnyScenario[] = [
  switchBeforeFirst,
  fiveSessions,
  thereAndBack,
  saidBehind,
  askedBeside,
];
