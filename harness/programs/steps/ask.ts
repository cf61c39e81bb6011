import { z } from 'zod';
import { QUESTIONS, SESSIONS, TABS } from '../names.ts';
import { isOnline, openTab, show } from '../scene.ts';
import type { StepKind } from './step.ts';

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
});

export const ask: StepKind<z.infer<typeof shape>> = {
  shape,
  enact(scene, { tab: name, session, question, chunks, says }) {
    if (scene.questions.has(question) || !isOnline(scene, name)) return false;
    const tab = openTab(scene, name);
    show(scene, tab, session);
    scene.questions.set(question, { session, chunks, may: most(says, chunks), over: false });
    tab.holds.set(question, 0);
    return true;
  },
  async play(cast, { tab, session, question, chunks, says }) {
    const at = most(says, chunks);
    const page = await cast.tabAt(tab, session);
    await cast.letSpeak(question, at);
    await page.send(cast.stage.question(question));
    await cast.spoken(question, at);
  },
  say({ tab, session, question, chunks, gap, says }) {
    const pace = gap === 0 ? '' : `, ${gap} ms apart`;
    const held = says === 0 ? 'is silent' : `says ${says} of them`;
    const llm = most(says, chunks) === 'all' ? 'speaks' : held;
    return `${tab} asks ${question} in ${session} (${chunks} chunks${pace}), the LLM ${llm}`;
  },
};

/** A barrier at the end or behind it holds nothing. */
export function most(says: number | 'all', chunks: number): number | 'all' {
  return says === 'all' || says >= chunks ? 'all' : says;
}
