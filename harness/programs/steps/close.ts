import { z } from 'zod';
import { TABS } from '../names.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('close'), tab: z.enum(TABS) });

export const close: StepKind<z.infer<typeof shape>> = {
  about: 'A tab is closed.',
  shape,
  enact: (scene, { tab }) => scene.tabs.delete(tab),
  play: (cast, { tab }) => cast.close(tab),
  say: ({ tab }) => `${tab} is closed`,
};
