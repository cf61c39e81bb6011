/** Waits for many things at once with one clock for all, so that who waits long costs nothing meanwhile. */
const LOOK_EVERY = 250;

interface Wait {
  isThere(): boolean;
  isOverdue(): boolean;
  resolve(): void;
}

export class Patience {
  private readonly waits = new Set<Wait>();
  private readonly clock = setInterval(() => this.look(), LOOK_EVERY);

  /** Resolves when it is there, or when it is overdue. @param news resolves when it is worth looking at once */
  until(isThere: () => boolean, isOverdue: () => boolean, news?: Promise<unknown>): Promise<void> {
    if (isThere()) return Promise.resolve();
    return new Promise((resolve) => {
      const wait = { isThere, isOverdue, resolve };
      this.waits.add(wait);
      void news?.then(() => this.lookAt(wait));
    });
  }

  /** Looks at once at all that is waited for. */
  look(): void {
    for (const wait of this.waits) this.lookAt(wait);
  }

  private lookAt(wait: Wait): void {
    if (!this.waits.has(wait) || !(wait.isThere() || wait.isOverdue())) return;
    this.waits.delete(wait);
    wait.resolve();
  }

  close(): void {
    clearInterval(this.clock);
  }
}
