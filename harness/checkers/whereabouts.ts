import type { Instant } from './moment.ts';
import type { OperationEvent } from './operations.ts';
import { RareMap } from './rare-map.ts';

/** Which sessions each actor went to, and when. */
export class Whereabouts {
  /** By actor, in order; ms. */
  private readonly moves = new RareMap<string, { session: string; t: number }[]>();

  step({ f, type, actor, session, t }: OperationEvent): void {
    if (session === undefined) return;
    // A switch shows the session at once; a new session has a name only when it has been made.
    if (type === ARRIVES[f]) this.goTo(actor, session, t);
  }

  /** The session that the actor shows in the end; undefined where it never went anywhere. */
  shownBy(actor: string): string | undefined {
    return this.moves.get(actor)?.at(-1)?.session;
  }

  /** Whether the actor may have been in another session at some time of the span. */
  mayHaveLeft(actor: string, session: string, from: Instant, to: Instant): boolean {
    const moves = this.moves.get(actor) ?? [];
    return moves.some(({ session: other, t }, n) => {
      if (other === session || t > to.t + to.err) return false;
      const left = moves[n + 1]?.t ?? Number.POSITIVE_INFINITY;
      return left >= from.t - from.err;
    });
  }

  merge(other: Whereabouts): void {
    for (const [actor, moves] of other.moves)
      for (const { session, t } of moves) this.goTo(actor, session, t);
  }

  private goTo(actor: string, session: string, t: number): void {
    const moves = this.moves.get(actor) ?? [];
    const before = moves.findLastIndex((move) => move.t <= t);
    moves.splice(before + 1, 0, { session, t });
    this.moves.set(actor, moves);
  }
}

/** What tells of each operation that the actor is there. */
const ARRIVES: Readonly<Partial<Record<OperationEvent['f'], OperationEvent['type']>>> = {
  switch: 'invoke',
  'create-session': 'ok',
  back: 'ok',
  forward: 'ok',
};
