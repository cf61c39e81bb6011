import type { Results } from '../runs/results.ts';
import { EXIT } from './exit-codes.ts';

/** What a run ends with. A harness that failed says nothing about the target, whatever it had seen before. */
export function exitOf({ failure, verdict }: Results): number {
  if (failure?.code === 'INTERRUPTED') return EXIT.interrupted;
  if (failure) return EXIT.harness;
  return EXIT[verdict];
}
