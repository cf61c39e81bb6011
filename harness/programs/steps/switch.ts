import { z } from 'zod';
import { SESSIONS, TABS } from '../names.ts';
import { openTab, reaches, show } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('switch'), tab: z.enum(TABS), session: z.enum(SESSIONS) });

export const switchSession: StepKind<z.infer<typeof shape>> = {
  about: 'A tab turns to another session.',
  shape,
  enact(scene, { tab: name, session }) {
    if (!scene.sessions.has(session) || !reaches(scene, name)) return false;
    if (scene.tabs.get(name)?.shows === session) return false;
    const tab = openTab(scene, name);
    for (const question of tab.streams) scene.goals.push({ goal: 'mid-stream', f: 'switch', question });
    show(scene, tab, session);
    return true;
  },
  async play(cast, { tab, session }) {
    await cast.tabAt(tab, session);
  },
  say: ({ tab, session }) => `${tab} turns to ${session}`,
};
