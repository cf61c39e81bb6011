import { z } from 'zod';
import { DEVICES } from '../names.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({ do: z.literal('heal'), device: z.enum(DEVICES) });

export const heal: StepKind<z.infer<typeof shape>> = {
  about: 'A device has its network again, and a good one.',
  shape,
  enact(scene, { device: name }) {
    const device = scene.devices.get(name);
    if (!device || (device.online && device.befallen === null && !device.badLine)) return false;
    device.online = true;
    device.befallen = null;
    device.badLine = false;
    return true;
  },
  async play(cast, { device }) {
    await (await cast.device(device)).heal();
  },
  say: ({ device }) => `${device} has its network again`,
};
