import { z } from 'zod';
import { QUESTIONS, TABS } from '../names.ts';
import { followed, letGo, serves } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('stop'), tab: z.enum(TABS), question: z.enum(QUESTIONS) });

export const stop: StepKind<z.infer<typeof shape>> = {
  about: 'A tab stops an answer.',
  shape,
  enact(scene, { tab, question }) {
    const asked = followed(scene, tab, question);
    // An owner that stands still closes no LLM call.
    if (!asked || !scene.abilities.stop || !(asked.over || serves(scene, asked.owner))) return false;
    if (scene.tabs.get(tab)!.streams.has(question))
      scene.goals.push({ goal: 'mid-stream', f: 'stop', question });
    asked.over = true;
    letGo(scene, question);
    return true;
  },
  async play(cast, { tab, question }) {
    await (await cast.tab(tab)).stop(cast.stage.question(question));
  },
  say: ({ tab, question }) => `${tab} stops ${question}`,
};
