/** How the calls of the LLM for the answers of this process stand, by the ledger's digest. */
import type { Recorded } from '../../history/index.ts';

interface Standing {
  opened: number;
  open: number;
  /** When the last of them ended, ms. */
  ended: number;
}

export class Calls {
  private readonly bySend = new Map<number, Standing>();

  expect(send: number): void {
    this.bySend.set(send, { opened: 0, open: 0, ended: Number.NEGATIVE_INFINITY });
  }

  take(event: Recorded): void {
    if (event.type !== 'llm.call' && event.type !== 'llm.end') return;
    const standing = event.send === null ? undefined : this.bySend.get(event.send);
    if (!standing) return;
    if (event.type === 'llm.call') {
      standing.opened++;
      standing.open++;
    } else {
      standing.open--;
      standing.ended = Math.max(standing.ended, event.t);
    }
  }

  /** Whether the LLM was called for it and is done with it. */
  isOver(send: number): boolean {
    const { opened = 0, open = 0 } = this.bySend.get(send) ?? {};
    return opened > 0 && open === 0;
  }

  wasCalled(send: number): boolean {
    return (this.bySend.get(send)?.opened ?? 0) > 0;
  }

  isOpen(send: number): boolean {
    return (this.bySend.get(send)?.open ?? 0) > 0;
  }

  /** When its last call ended, ms; minus infinity where none did. */
  endedAt(send: number): number {
    return this.bySend.get(send)?.ended ?? Number.NEGATIVE_INFINITY;
  }

  forget(send: number): void {
    this.bySend.delete(send);
  }
}
