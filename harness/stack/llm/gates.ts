/** How the LLM's barriers stand, as far as it is known here: what stands already need not be set. */
import type { SendSeed } from '../../history/events.ts';

/** `none`: the opened call stays unanswered · n: chunks 0 … n-1 go out · `all`: no barrier. */
export type Allow = 'none' | 'all' | number;

interface Gate {
  /** undefined: not known, since it is being set, or two set it at once. */
  stands: Allow | undefined;
  setters: number;
  /** Which time it is set. */
  turn: number;
}

export class Gates {
  readonly #gates = new Map<SendSeed, Gate>();

  /** Has a gate set unless it stands so. One that nobody has set lets all out. */
  async set(seed: SendSeed, allow: Allow, set: () => Promise<unknown>): Promise<void> {
    const gate = this.#gates.get(seed) ?? { stands: 'all', setters: 0, turn: 0 };
    if (gate.stands === allow) return;
    this.#gates.set(seed, gate);
    gate.stands = undefined;
    const turn = ++gate.turn;
    const isAlone = ++gate.setters === 1;
    try {
      await set();
    } finally {
      gate.setters--;
    }
    if (isAlone && gate.turn === turn) gate.stands = allow;
  }
}
