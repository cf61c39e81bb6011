import { z } from 'zod';
import { DEVICES, INSTANCES, instanceInWords } from '../names.ts';
import { deviceIn, takeDevice } from '../scene.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({
  do: z.literal('route'),
  device: z.enum(DEVICES),
  instance: z.literal(INSTANCES),
});

export const route: StepKind<z.infer<typeof shape>> = {
  about: 'New requests of a device go to the other instance of the server; what is under way stays.',
  shape,
  enact(scene, { device, instance }) {
    if (instance >= scene.instances.length || deviceIn(scene, device).instance === instance) return false;
    takeDevice(scene, device).instance = instance;
    return true;
  },
  async play(cast, { device, instance }) {
    await (await cast.device(device)).route(instance);
  },
  say: ({ device, instance }) => `${device} is led to ${instanceInWords(instance)}`,
};
