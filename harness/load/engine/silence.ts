/**
 * Who has heard nothing for too long, by one clock for all: a timer for each connection would have to be set anew with
 * every byte.
 */
import { now } from '../../history/index.ts';

/** Silence is noticed so much late at most, ms. */
const LOOK_EVERY = 250;

export interface Listening {
  /** When it last heard something, ms. */
  heardAt: number;
  /** ms that it listens in vain. */
  readonly patience: number;
  /** Told once. */
  onSilence(): void;
}

const listening = new Set<Listening>();
let clock: NodeJS.Timeout | undefined;

export function expectWords(of: Listening): void {
  listening.add(of);
  clock ??= setInterval(look, LOOK_EVERY);
}

export function expectNothing(of: Listening): void {
  listening.delete(of);
  if (listening.size > 0) return;
  clearInterval(clock);
  clock = undefined;
}

function look(): void {
  const at = now();
  for (const each of listening) {
    if (at - each.heardAt < each.patience) continue;
    listening.delete(each);
    each.onSilence();
  }
}
