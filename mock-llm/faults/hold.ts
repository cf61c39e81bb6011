import type { Fault } from './fault.ts';

export const hold: Fault = {
  name: 'hold',
  what: 'Closes the gate of the seed here; opening it (`PUT /admin/gates/{seed}`) lets the answer go on.',
  place: 'chunk',
  needsStream: false,
  acts: () => [{ do: 'hold' }],
  means() {},
};
