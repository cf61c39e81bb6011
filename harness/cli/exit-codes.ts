/** All exit codes of `holdfast`, and nothing else ends it. */
export const EXIT = {
  /** Every scenario passed. */
  pass: 0,
  /** An invariant failed. */
  fail: 1,
  /** Something could not be judged: no sample, a fault that did not strike, a scenario skipped. */
  unknown: 2,
  /** An objective was missed (latency, loss bound). */
  objective: 3,
  /** Wrong usage or configuration. */
  usage: 64,
  /** The harness itself failed: nothing is said about the target. */
  harness: 70,
  /** Interrupted. */
  interrupted: 130,
} as const;
