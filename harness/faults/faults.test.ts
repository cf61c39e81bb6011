import { expect, it } from 'vitest';
import { faults } from './index.ts';

it('lists each fault once, with all that a reader of the list wants to know', () => {
  const ids = faults.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  expect(ids).toEqual([
    ...['reset', 'fin', 'half-frame', 'clean-end', 'black-hole', 'withhold', 'kept-alive'],
    ...['repeat', 'swap', 'repeat-half', 'swap-halves'],
    ...['latency', 'jitter', 'throttle', 'slice'],
    ...['unavailable', 'bad-gateway', 'slow-headers', 'buffered', 'emptied', 'hold', 'refuse'],
    ...['llm-hold', 'llm-cut', 'llm-refuse', 'database-hold', 'database-cut', 'database-refuse'],
    ...['database-kill', 'database-terminate', 'database-exhausted'],
    ...['database-full', 'database-conflict', 'database-slow'],
    ...['kill', 'term', 'freeze', 'clock', 'database-clock'],
  ]);
  for (const { about, heals } of faults) {
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(heals).not.toBe('');
  }
});
