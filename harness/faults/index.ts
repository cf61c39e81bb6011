import { answerFaults } from './answers/index.ts';
import { clockFaults } from './clock/index.ts';
import { cuts } from './cuts/index.ts';
import { databaseFaults } from './database/index.ts';
import type { FaultInfo } from './fault.ts';
import { linkFaults } from './links.ts';
import { processFaults } from './processes.ts';
import { shapers } from './shapers/index.ts';

export type { Device, Strike, StrikeOptions } from './device.ts';
export * from './fault.ts';
export { STREAM_HEADER } from './headers.ts';
export * from './processes.ts';
export * from './proxy.ts';
export { introduce } from './readers.ts';
export * from './tcp-link.ts';

const deviceFaults: readonly FaultInfo[] = [
  ...Object.values(cuts),
  ...Object.values(shapers),
  ...Object.values(answerFaults),
  {
    id: 'hold',
    at: 'device',
    about:
      'Nothing passes between the device and the target, in either direction; nothing is lost or closed.',
    heals: 'when the device is released',
  },
  {
    id: 'refuse',
    at: 'device',
    about: 'New connections of the device are reset; what is going on goes on.',
    heals: 'when the device heals',
  },
];

/** Every fault there is, in the order in which they are listed. */
export const faults: readonly FaultInfo[] = [
  ...deviceFaults,
  ...linkFaults,
  ...databaseFaults,
  ...processFaults,
  ...clockFaults,
].map(({ id, at, about, heals }) => ({ id, at, about, heals }));
