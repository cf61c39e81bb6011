/** All exit codes of `holdfast`, and nothing else ends it. */
import { type ErrorCode, errorCatalogue } from '../errors.ts';
import type { Results } from './results.ts';

export const EXIT = {
  /** Every scenario passed. */
  pass: 0,
  /** An invariant failed. */
  fail: 1,
  /** Something could not be judged: no sample, a fault that did not strike, a scenario skipped. */
  unknown: 2,
  /** Everything held, but an objective of a load run was missed. */
  objective: 3,
  /** Wrong usage or configuration. */
  usage: 64,
  /** The harness itself failed: nothing is said about the target. */
  harness: 70,
  /** Interrupted. */
  interrupted: 130,
} as const;

/** Code of a failure by interruption; it is no error, and so in no catalogue. */
export const INTERRUPTED = 'INTERRUPTED';

/** What a run ends with. A harness that failed says nothing about the target, whatever it had seen before. */
export function exitOf({
  failure,
  verdict,
  load = null,
}: Pick<Results, 'failure' | 'verdict'> & Partial<Pick<Results, 'load'>>): number {
  const missed = load?.objectives.some((objective) => objective.verdict === 'missed') ?? false;
  if (!failure) return verdict === 'pass' && missed ? EXIT.objective : EXIT[verdict];
  if (failure.code === INTERRUPTED) return EXIT.interrupted;
  return errorCatalogue[failure.code as ErrorCode]?.exit ?? EXIT.harness;
}
