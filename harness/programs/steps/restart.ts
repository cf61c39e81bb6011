import { z } from 'zod';
import { INSTANCES, instanceInWords } from '../names.ts';
import { serves } from '../scene.ts';
import { end, SIGNALS } from './kill.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({
  do: z.literal('restart'),
  signal: z.enum(SIGNALS),
  /** Which of two, or each in turn; default: the first. */
  instance: z.union([z.literal(INSTANCES), z.literal('each')]).optional(),
});

export const restart: StepKind<z.infer<typeof shape>> = {
  about: 'The server, one of two instances of it, or each in turn ends by that signal and is started again.',
  shape,
  enact(scene, step) {
    const concerned = instancesOf(step);
    const isBusy = [...scene.questions.values()].some(({ over }) => !over);
    if (!isBusy || scene.abilities.afterCrash === 'nothing') return false;
    if (!concerned.every((instance) => serves(scene, instance))) return false;
    for (const instance of concerned) end(scene, instance);
    return true;
  },
  async play({ stage }, step) {
    for (const instance of instancesOf(step)) {
      await stage.target.kill(step.signal, instance);
      await stage.target.restart(instance);
    }
  },
  say({ signal, instance }) {
    if (instance === 'each') return `each instance in turn ends by ${signal} and is started again`;
    const which = instance === undefined ? 'the server' : instanceInWords(instance);
    return `${which} ends by ${signal} and is started again`;
  },
};

function instancesOf({ instance = 0 }: z.infer<typeof shape>) {
  return instance === 'each' ? INSTANCES : [instance];
}
