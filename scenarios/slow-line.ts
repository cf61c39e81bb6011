import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE, midStream, watchHeld } from './steps.ts';

export const slowLine = defineScenario<{ at: number }>({
  id: 'slow-line',
  title: 'Long, narrow and torn line',
  about:
    'Everything comes to the device late, slowly and in segments of a few bytes, cut within frames and characters; in ' +
    'mid-answer the connection breaks, and what is taken up again comes over the same line.',
  drivers: ['api'],
  feeds: [...FED_WITHOUT_SILENCE, 'cursor-exact'],
  questions: { question: { chunks: [30, 50] } },
  points: (draw, { question }) => ({ at: midStream(draw, question!) }),
  strikes: ({ at }) => [`jitter, throttle and slices from the beginning, a reset after chunk ${at}`],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'line' },
    { goal: 'fault-struck', fault: 'cut' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    await laptop.badLine(['jitter', 'throttle', 'slice'], 'line');
    const session = await tab.createSession('kelp');
    const cut = await laptop.cutAt({ afterText: question.lengthAfter(at) }, 'reset', {
      name: 'cut',
      question,
      once: true,
    });
    await askWatched(stage, tab, session, question, at);
    await stage.reached(cut.struck, 'the connection to be cut');
    await watchHeld(stage, tab, question, at);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
