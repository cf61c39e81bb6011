import { z } from 'zod';
import { deviceOf, INSTANCES, type InstanceNumber, instanceInWords } from '../names.ts';
import { breakStreamsWhere, concerns, deviceIn, letGo, type Scene, serves, shake } from '../scene.ts';
import type { StepKind } from './step.ts';

export const SIGNALS = ['SIGKILL', 'SIGTERM'] as const;
export type Signal = (typeof SIGNALS)[number];

const shape = z.strictObject({
  do: z.literal('kill'),
  instance: z.literal(INSTANCES),
  signal: z.enum(SIGNALS),
});

export const kill: StepKind<z.infer<typeof shape>> = {
  about: 'An instance of the server ends by that signal, and stays away.',
  shape,
  enact(scene, { instance, signal }) {
    if (scene.abilities.afterCrash === 'nothing' || !canEnd(scene, instance, signal)) return false;
    end(scene, instance);
    scene.instances[instance]!.state = 'gone';
    return true;
  },
  play: ({ stage }, { instance, signal }) => stage.target.kill(signal, instance),
  say: ({ instance, signal }) => `${instanceInWords(instance)} of the server ends by ${signal}`,
};

/** What is asked to end needs a database to put its things in order. */
export function canEnd(scene: Scene, instance: InstanceNumber, signal: Signal): boolean {
  if (signal === 'SIGTERM') return serves(scene, instance);
  const state = scene.instances[instance]?.state;
  return state === 'serves' || state === 'frozen';
}

/** What the end of an instance does: its answers are over, or gone on with, and every stream that it, or they, fed is. */
export function end(scene: Scene, instance: InstanceNumber): void {
  const own = [...scene.questions].filter(([, asked]) => concerns(instance, asked));
  const broken = breakStreamsWhere(
    scene,
    (tab) =>
      deviceIn(scene, deviceOf(tab)).instance === instance ||
      own.some(([name]) => scene.tabs.get(tab)!.streams.has(name)),
  );
  for (const question of broken) scene.goals.push({ goal: 'mid-stream', f: 'kill', question });
  for (const [name, asked] of own) {
    if (scene.abilities.afterCrash === 'continues') shake(scene, asked);
    else asked.over = true;
    letGo(scene, name);
  }
}
