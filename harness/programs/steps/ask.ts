import { z } from 'zod';
import { deviceOf, QUESTIONS, SESSIONS, TABS } from '../names.ts';
import { deviceIn, openTab, reaches, show } from '../scene.ts';
import type { StepKind } from './step.ts';

/** How the LLM breaks off; all of them make an `error` of the answer. */
export const FAILURES = ['error', 'reset', 'fin', 'clean-end', 'malformed'] as const;

const shape = z.strictObject({
  do: z.literal('ask'),
  tab: z.enum(TABS),
  session: z.enum(SESSIONS),
  question: z.enum(QUESTIONS),
  /** Length of the answer, chunks. */
  chunks: z.int().min(1).max(500),
  /** ms between two chunks. */
  gap: z.int().min(0).max(1_000),
  /** How much of it the LLM says at first; 0: it is called and does not answer. */
  says: z.union([z.int().min(0).max(500), z.literal('all')]),
  /** How the LLM breaks off, and before which chunk. */
  fails: z.enum(['never', ...FAILURES]),
  failsAt: z.int().min(1).max(500),
});

export const ask: StepKind<z.infer<typeof shape>> = {
  about:
    'A tab asks a question in a session, which it opens first. The LLM is held after so many chunks, and may break off before its end.',
  shape,
  enact(scene, step) {
    const { tab: name, session, question } = step;
    if (scene.questions.has(question) || !reaches(scene, name)) return false;
    const { instance: owner, befallen } = deviceIn(scene, deviceOf(name));
    const length = lengthOf(step);
    const may = most(step.says, length);
    // Whoever asks would wait for the end of what the LLM may not end.
    if (befallen === 'buffered' && may !== 'all') return false;
    const tab = openTab(scene, name);
    show(scene, tab, session);
    scene.questions.set(question, { session, owner, chunks: length, may, over: false, frail: false });
    tab.holds.set(question, 0);
    return true;
  },
  async play(cast, step) {
    const { tab, session, question } = step;
    const at = most(step.says, lengthOf(step));
    const page = await cast.tabAt(tab, session);
    await cast.letSpeak(question, at);
    await page.send(cast.stage.question(question));
    await cast.spoken(question, at);
  },
  say(step) {
    const { tab, session, question, chunks, gap, says, fails, failsAt } = step;
    const end = lengthOf(step) < chunks ? `; it ends by ${fails} after ${failsAt}` : '';
    const pace = gap === 0 ? '' : `, ${gap} ms apart`;
    const held = says === 0 ? 'is silent' : `says ${says} of them`;
    const llm = most(says, lengthOf(step)) === 'all' ? 'speaks' : held;
    return `${tab} asks ${question} in ${session} (${chunks} chunks${pace}), the LLM ${llm}${end}`;
  },
};

/** Chunks that the LLM has to say before it ends, one way or the other. */
export function lengthOf({ chunks, fails, failsAt }: z.infer<typeof shape>): number {
  return fails === 'never' ? chunks : Math.min(failsAt, chunks);
}

/** A barrier at the end or behind it holds nothing. */
export function most(says: number | 'all', chunks: number): number | 'all' {
  return says === 'all' || says >= chunks ? 'all' : says;
}
