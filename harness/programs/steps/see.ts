import { z } from 'zod';
import { deviceOf, QUESTIONS, TABS } from '../names.ts';
import { deviceIn, followed, serves } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('see'), tab: z.enum(TABS), question: z.enum(QUESTIONS) });

/** So far from both ends that text has certainly come, and certainly more will: some chunks are empty. */
const MARGIN = 6;

export const see: StepKind<z.infer<typeof shape>> = {
  about:
    'It is waited until a tab shows what the LLM has said; or, where nothing holds it any more, until the tab knows the end.',
  shape,
  enact(scene, { tab, question }) {
    const asked = followed(scene, tab, question);
    if (!asked) return false;
    const { may, over, chunks, owner, frail } = asked;
    if (over) return true;
    if (!serves(scene, owner)) return false;
    if (may === 'all') return true;
    const { snipped, instance } = deviceIn(scene, deviceOf(tab));
    // What is delivered to no stream of its owner comes when it was saved, which some targets do by chunks only.
    const isSavedFirst = scene.polls || instance !== owner;
    if (may === 0 || (isSavedFirst && scene.abilities.checkpointWithin === null)) return false;
    const { holds, streams } = scene.tabs.get(tab)!;
    const isCertain = !scene.polls && !snipped && !frail && may > holds.get(question)!;
    if (isCertain && may >= MARGIN && may <= chunks - MARGIN) streams.add(question);
    return true;
  },
  async play(cast, { tab: name, question: asked }) {
    const tab = await cast.tab(name);
    const question = cast.stage.question(asked);
    const { may, over, frail } = cast.scene.questions.get(asked)!;
    if (over || may === 'all') await tab.finished(question);
    else if (frail) await Promise.race([tab.sees(question, may), tab.finished(question)]);
    else await tab.sees(question, may);
  },
  say: ({ tab, question }) => `${tab} sees what there is of ${question}`,
};
