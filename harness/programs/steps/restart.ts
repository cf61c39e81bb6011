import { z } from 'zod';
import { breakStreams } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('restart'), signal: z.enum(['SIGKILL', 'SIGTERM']) });

export const restart: StepKind<z.infer<typeof shape>> = {
  about: 'The server ends by that signal and is started again.',
  shape,
  enact(scene) {
    const isBusy = [...scene.questions.values()].some(({ over }) => !over);
    if (!isBusy || scene.abilities.afterCrash === 'nothing') return false;
    for (const question of breakStreams(scene)) scene.goals.push({ goal: 'mid-stream', f: 'kill', question });
    for (const asked of scene.questions.values()) asked.over = true;
    return true;
  },
  async play({ stage }, { signal }) {
    await stage.target.kill(signal);
    await stage.target.restart();
  },
  say: ({ signal }) => `the server ends by ${signal} and is started again`,
};
