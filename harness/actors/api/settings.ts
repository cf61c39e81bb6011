import type { ActorSettings } from '../driver.ts';

/** What an API actor needs to know. Times are ms. */
export type ApiSettings = Omit<ActorSettings, 'play'>;

/** Defaults: the page's own polling period, and a silence of three keep-alives of the reference server. */
export const API_DEFAULTS = {
  resume: 'auto',
  pollEvery: 2_000,
  silence: 3_000,
  requestWithin: 5_000,
  waitWithin: 15_000,
} as const satisfies Partial<ApiSettings>;
