import { delay } from './delay.ts';
import type { Fault } from './fault.ts';

export const slowHeaders: Fault = {
  name: 'slow-headers',
  what: 'Answers nothing, not even headers, for that long; then goes on as scheduled from there.',
  place: 'headers',
  value: delay,
  needsStream: false,
  acts: (_, ms) => [{ do: 'wait', ms, moves: true, keepAlive: false }],
  means() {},
};
