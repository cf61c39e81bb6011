import type { CutStyle } from '../harness/faults/fault.ts';
import { defineScenario } from '../harness/runs/scenario.ts';
import { askWatched, FED_WITHOUT_SILENCE, midStream } from './steps.ts';

interface Points {
  at: number;
  on: number;
  styles: [CutStyle, CutStyle];
}

/** How long the network is away the second time: what the LLM says meanwhile is there when one comes back. */
const AWAY_MS = 1_500;

const STYLES: readonly CutStyle[] = ['reset', 'fin', 'clean-end'];

export const resumeAtEdge = defineScenario<Points>({
  id: 'resume-at-edge',
  title: 'Resumed where nothing is missing, then where something is',
  about:
    'The connection is cut while the LLM is held, so that whoever resumes has all there is; what comes next must ' +
    'be the next chunk. The network is lost at its first new text while the LLM goes on, so that whoever resumes then ' +
    'has something to catch up with, and a live stream to go on with.',
  drivers: ['api'],
  feeds: [...FED_WITHOUT_SILENCE, 'cursor-exact'],
  needs: ({ resume }) =>
    resume === 'append' ? null : 'the target cannot resume a stream from where it was cut',
  questions: { question: { chunks: [40, 60] } },
  points(draw, { question }) {
    const at = midStream(draw, question!, 24);
    return { at, on: draw.between(at + 12, question! - 6), styles: [draw.oneOf(STYLES), draw.oneOf(STYLES)] };
  },
  strikes: ({ at, on, styles }) => [
    `cut by ${styles[0]} after chunk ${at}, the LLM held there`,
    `network lost by ${styles[1]} at the first new text of the second stream, back when the LLM is at chunk ${on}`,
  ],
  coverage: ({ send }) => [
    { goal: 'fault-struck', fault: 'cut-1', heals: false },
    { goal: 'fault-struck', fault: 'cut-2' },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage, { at, on, styles }) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const session = await tab.createSession('kelp');
    const cut = (afterText: number, name: string, style: CutStyle, once: boolean) =>
      laptop.cutAt({ afterText }, style, { name, once, question });
    const first = await cut(question.lengthAfter(at), 'cut-1', styles[0], true);
    // Armed in the very turn in which the first strikes; each stream counts its own text.
    const second = first.struck.then(() => cut(1, 'cut-2', styles[1], false));
    await askWatched(stage, tab, session, question, at);
    await stage.reached(second, 'the first cut');
    const { struck } = await second;
    // A server that is wrong brings text at once, and the second cut strikes before anybody listens.
    await Promise.race([stage.hears(question), struck]);
    await stage.llm.holdAt(question, on);
    await stage.reached(struck, 'the second cut');
    await stage.llm.waitsAt(question, on);
    await stage.pass(AWAY_MS);
    await laptop.heal();
    await stage.hears(question);
    await stage.llm.release(question);
    await stage.llm.ended(question);
  },
});
