import type { Value } from './fault.ts';

export const delay: Value = { what: 'ms', min: 1, max: 3_600_000 };

export const delayOrForEver: Value = { ...delay, what: 'ms; without it, for ever', fallback: null };
