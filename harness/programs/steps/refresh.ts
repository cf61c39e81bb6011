import { z } from 'zod';
import { TABS } from '../names.ts';
import { reaches, takeUp } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('refresh'), tab: z.enum(TABS) });

export const refresh: StepKind<z.infer<typeof shape>> = {
  about: 'A tab is reloaded.',
  shape,
  enact(scene, { tab: name }) {
    const tab = scene.tabs.get(name);
    if (!tab || tab.shows === null || !reaches(scene, name)) return false;
    for (const question of tab.streams) scene.goals.push({ goal: 'mid-stream', f: 'refresh', question });
    tab.streams.clear();
    tab.holds.clear();
    takeUp(scene, tab, tab.shows);
    return true;
  },
  async play(cast, { tab }) {
    await (await cast.tab(tab)).refresh();
  },
  say: ({ tab }) => `${tab} is reloaded`,
};
