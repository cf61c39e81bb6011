import { z } from 'zod';
import { DEVICES } from '../names.ts';
import { breakStreams, deviceIn, takeDevice } from '../scene.ts';
import { STYLES } from './cut.ts';
import type { StepKind } from './step.ts';

const shape = z.strictObject({
  do: z.literal('snip'),
  device: z.enum(DEVICES),
  style: z.enum(STYLES),
  /** UTF-16 units of answer text that a connection has brought when it is struck; 0: its head, and nothing else. */
  after: z.int().min(0).max(100_000),
});

/** Lies in wait for the first stream of the device that has brought so much; there may never be one. */
export const snip: StepKind<z.infer<typeof shape>> = {
  about:
    'One connection of a device ends in that style, as soon as it has brought so much text; the network stays.',
  shape,
  enact(scene, { device }) {
    if (!deviceIn(scene, device).online) return false;
    takeDevice(scene, device).snipped = true;
    breakStreams(scene, device);
    return true;
  },
  async play(cast, { device, style, after }, n) {
    await (await cast.device(device)).cutAt({ afterText: after }, style, { name: `snip-${n}`, once: true });
  },
  say: ({ device, style, after }) =>
    `one connection of ${device} ends by ${style} once it has brought ${after} units of text`,
};
