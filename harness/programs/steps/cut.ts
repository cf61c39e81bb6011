import { z } from 'zod';
import { DEVICES } from '../names.ts';
import { breakStreams } from '../scene.ts';
import type { StepKind } from './step.ts';

/** All of them end or starve a stream; `withhold` is no fault of a network but a lie, and has no place here. */
export const STYLES = ['reset', 'fin', 'clean-end', 'half-frame', 'black-hole'] as const;

const shape = z.strictObject({ do: z.literal('cut'), device: z.enum(DEVICES), style: z.enum(STYLES) });

export const cut: StepKind<z.infer<typeof shape>> = {
  about: 'A device loses its network: every connection ends in that style, new ones are refused.',
  shape,
  enact(scene, { device: name }, n) {
    const device = scene.devices.get(name);
    if (!device?.online) return false;
    device.online = false;
    if (breakStreams(scene, name).size > 0) scene.goals.push({ goal: 'fault-struck', fault: faultName(n) });
    return true;
  },
  async play(cast, { device, style }, n) {
    await (await cast.device(device)).cut(style, faultName(n));
  },
  say: ({ device, style }) => `${device} loses the network by ${style}`,
};

const faultName = (n: number) => `cut-${n}`;
