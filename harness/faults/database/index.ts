import { exhaust } from './exhaust.ts';
import type { DatabaseFault } from './fault.ts';
import { kill } from './kill.ts';
import { terminate } from './terminate.ts';
import { writes } from './writes.ts';

export { type DatabaseFault, NotOurs, type StruckDatabase } from './fault.ts';

export const databaseFaults: readonly DatabaseFault[] = [kill, terminate, exhaust, ...writes];

export type DatabaseFaultId = (typeof databaseFaults)[number]['id'];
