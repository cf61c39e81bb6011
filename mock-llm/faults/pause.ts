import { delay } from './delay.ts';
import type { Fault } from './fault.ts';

export const pause: Fault = {
  name: 'pause',
  what: 'Silent for that long; then goes on as scheduled from there.',
  place: 'chunk',
  value: delay,
  needsStream: false,
  acts: (_, ms) => [{ do: 'wait', ms, moves: true, keepAlive: false }],
  means() {},
};
