/** Switching between sessions at awkward moments, and among many. */
import type { Session } from '../harness/actors/actor.ts';
import { type AnyScenario, defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, FED_WITHOUT_SILENCE, watchHeld } from './steps.ts';

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
  points: (draw, chunks) => ({ at: FIVE.map((name) => draw.between(6, chunks[name]! - 6)) }),
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

export const switching: readonly AnyScenario[] = [switchBeforeFirst, fiveSessions];
