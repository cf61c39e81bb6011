import type { Fault } from './fault.ts';

/** The speaker asks for it by name: it is nothing that happens at a place. */
export const ignoreAbort: Fault = {
  name: 'ignore-abort',
  what: 'When the caller goes away, the call stays open as long as the answer would have taken.',
  place: 'call',
  needsStream: false,
  acts: () => [],
  means() {},
};
