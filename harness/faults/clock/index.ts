/** What befalls wall clocks. The stack and the driver of a browser carry it out; here is what it is. */
import type { FaultInfo } from '../fault.ts';

export { type Clocks, startClocks } from './clocks.ts';
export { type DatabaseClock, leadDatabaseClock } from './database-clock.ts';
export { shiftDate } from './shift-date.ts';

export const clockFaults: readonly FaultInfo[] = [
  {
    id: 'clock',
    at: 'target',
    about:
      'The wall clock of a Node process jumps, forward or back: what `Date` says there. Timers, monotonic clocks and the database go on.',
    heals: 'when it is set right',
  },
  {
    id: 'database-clock',
    at: 'database',
    about: "PostgreSQL's wall clock jumps, forward or back: what `now()` and its like say there.",
    heals: 'when it is set right',
  },
];
