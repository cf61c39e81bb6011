import { z } from 'zod';
import { type ShaperId, shapers } from '../../faults/shapers/index.ts';
import { DEVICES } from '../names.ts';
import { takeDevice } from '../scene.ts';
import type { StepKind } from './step.ts';

export const SHAPERS = Object.keys(shapers) as [ShaperId, ...ShaperId[]];

const shape = z.strictObject({
  do: z.literal('line'),
  device: z.enum(DEVICES),
  /** In the order in which bytes to the device pass them. */
  shapers: z.array(z.enum(SHAPERS)).min(1).max(SHAPERS.length),
});

export const line: StepKind<z.infer<typeof shape>> = {
  about: 'New connections of a device go over a line that is long, narrow or torn, until it heals.',
  shape,
  enact(scene, { device: name }) {
    const device = takeDevice(scene, name);
    if (device.badLine) return false;
    device.badLine = true;
    return true;
  },
  async play(cast, { device, shapers: through }, n) {
    await (await cast.device(device)).badLine(through, `line-${n}`);
  },
  say: ({ device, shapers: through }) => `${device} has a line with ${through.join(', ')}`,
};
