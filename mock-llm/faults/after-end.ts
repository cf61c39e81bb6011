import type { Fault } from './fault.ts';

export const afterEnd: Fault = {
  name: 'after-end',
  what: 'Sends that many further chunks (those the oracle would say next) after the terminal event.',
  place: 'end',
  value: { what: 'chunks', min: 1, max: 1000, fallback: 1 },
  needsStream: true,
  acts(cell, count) {
    for (let i = cell.at; i < cell.at + (count ?? 1); i++) cell.rest += cell.frame(i);
    return [];
  },
  means() {},
};
