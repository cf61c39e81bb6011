/** What can befall the target's process. The stack carries it out; here is what it is. */
import type { FaultInfo } from './fault.ts';

export interface ProcessFault extends FaultInfo {
  at: 'target';
  signal: NodeJS.Signals;
  /** Sent to heal; absent: the process has to be started again. */
  healedBy?: NodeJS.Signals;
}

export const processFaults: readonly ProcessFault[] = [
  {
    id: 'kill',
    at: 'target',
    signal: 'SIGKILL',
    about:
      'The process is gone at once: what it held in memory is lost, its connections are closed by the kernel.',
    heals: 'when it is started again',
  },
  {
    id: 'term',
    at: 'target',
    signal: 'SIGTERM',
    about: 'The process is asked to end, as a deployment does: it may finish or mark what is running.',
    heals: 'when it is started again',
  },
  {
    id: 'freeze',
    at: 'target',
    signal: 'SIGSTOP',
    healedBy: 'SIGCONT',
    about: 'The process stands still with all its connections open: nobody is told, its leases lapse.',
    heals: 'when it is continued',
  },
];
