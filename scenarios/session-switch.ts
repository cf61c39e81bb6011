import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_BY_ASKING, heldBesideAnother, midStream, watchHeld } from './steps.ts';

/** So much of the second answer is there while the first goes on. */
const HELD_AT = 3;

export const sessionSwitch = defineScenario<{ leaveAt: number; returnAt: number }>({
  id: 'session-switch',
  title: 'Session switch',
  about:
    'A question is asked in one session; while its answer streams another session is opened and used, then the ' +
    'first again. The first went on in the background, what was shown is there at once, and all of it in the end.',
  drivers: ['api', 'browser'],
  short: true,
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
    // What is said of the first now would be seen at the end of the second, if it went to the session that is shown.
    await stage.llm.holdAt(first, returnAt);
    await Promise.race([stage.llm.waitsAt(first, returnAt), stage.llm.ended(first)]);
    await stage.llm.release(second);
    await tab.finished(second);
    await stage.llm.waitsAt(first, returnAt);
    await stage.probe();
    await tab.switchTo(kelp);
    await stage.llm.release(first);
    await tab.finished(first);
  },
});
