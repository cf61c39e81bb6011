import type { CutStyle } from '../harness/faults/fault.ts';
import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE, midStream, watchHeld } from './steps.ts';

interface Points {
  at: [number, number, number];
  styles: [CutStyle, CutStyle, CutStyle];
}

/** Not half a frame: the LLM is held when the cut comes, so there is no next frame to halve. */
const STYLES: readonly CutStyle[] = ['reset', 'fin', 'clean-end'];

export const networkThrice = defineScenario<Points>({
  id: 'network-thrice',
  title: 'Three cuts, the later ones during recovery',
  about:
    'The connection is cut at an exact chunk; the one that resumes is cut before it brought anything, and the one ' +
    'after that as soon as it has caught up. Each resume must go on exactly where the text held ends.',
  drivers: ['api'],
  feeds: [...FED_WITHOUT_SILENCE, 'cursor-exact'],
  needs: ({ resume }) =>
    resume === 'append' ? null : 'the target cannot resume a stream from where it was cut',
  questions: { question: { chunks: [40, 80] } },
  points(draw, { question }) {
    const first = midStream(draw, question!, 30);
    return {
      at: [first, first, draw.between(first + 2, first + 15)],
      styles: [draw.oneOf(STYLES), draw.oneOf(STYLES), draw.oneOf(STYLES)],
    };
  },
  strikes: ({ at, styles }) =>
    at.map(
      (chunk, n) =>
        `cut ${n + 1} by ${styles[n]} ${n === 1 ? 'before anything new came after' : 'after'} chunk ${chunk}`,
    ),
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'cut-1', heals: false },
    { goal: 'fault-struck', fault: 'cut-2', heals: false },
    { goal: 'fault-struck', fault: 'cut-3', heals: false },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at, styles }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const length = (chunks: number) => question.lengthAfter(chunks);
    const once = { once: true, question };
    // Each cut is armed in the very turn in which the one before it strikes, before any client can have noticed.
    // Each stream counts its own text: the second has brought none when it is cut, the third what was missing.
    const first = await laptop.cutAt({ afterText: length(at[0]) }, styles[0], { name: 'cut-1', ...once });
    const second = first.struck.then(() =>
      laptop.cutAt({ afterText: 0 }, styles[1], { name: 'cut-2', ...once }),
    );
    const third = second
      .then(({ struck }) => struck)
      .then(() => {
        const missing = length(at[2]) - length(at[1]);
        return laptop.cutAt({ afterText: missing }, styles[2], { name: 'cut-3', ...once });
      });
    await askWatched(stage, tab, session, question, at[0]);
    await stage.reached(third, 'the second cut');
    await stage.llm.holdAt(question, at[2]);
    await stage.reached((await third).struck, 'the third cut');
    await watchHeld(stage, tab, question, at[2]);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});
