/** What the LLM was asked for: how often for each answer, and whether it is still at work on it. */
import type { Recorded } from '../../../history/index.ts';
import type { Tally } from '../../engine/tally.ts';

export class Ledger {
  private readonly calls = new Map<number, number>();
  private readonly ended = new Set<number>();
  private readonly waiting = new Set<() => void>();

  tell(event: Recorded): void {
    if (event.type === 'llm.call' && event.send !== null)
      this.calls.set(event.send, (this.calls.get(event.send) ?? 0) + 1);
    if (event.type !== 'llm.end' || event.send === null) return;
    this.ended.add(event.send);
    for (const look of this.waiting) look();
  }

  isOver(send: number): boolean {
    return this.ended.has(send);
  }

  /** Resolves when the LLM has ended all of these, or after `within` ms. */
  async over(sends: readonly number[], within: number): Promise<void> {
    const all = () => sends.every((send) => this.ended.has(send));
    if (all()) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      const look = () => all() && done();
      const timer = setTimeout(done, within);
      this.waiting.add(look);
    });
  }

  /** One call for each answer, however often it was asked for. */
  judge(tally: Tally, sends: readonly number[]): void {
    const wrong = sends.filter((send) => this.calls.get(send) !== 1);
    tally.checks['one-generation'] = {
      samples: sends.length + (tally.checks['one-generation']?.samples ?? 0),
      violationCount: wrong.length,
      late: 0,
      unknown: 0,
      violations: wrong.slice(0, 20).map((send) => ({
        clause: 'one-call',
        expected: 'one LLM call for the answer',
        actual: `${this.calls.get(send) ?? 0} calls`,
        place: 'generation',
        where: `send ${send}`,
        evidence: [],
      })),
    };
    if (wrong.length > 0) tally.failed += wrong.length;
  }
}
