/** Readers that have lost the network together. They get it back together, and nobody else does who has lost it by himself. */
export interface Connected {
  cut(): void;
  heal(): void;
}

export class Network {
  private readonly away = new Set<Connected>();

  cut(reader: Connected): void {
    this.away.add(reader);
    reader.cut();
  }

  /** @returns whether there was anybody to heal */
  heal(): boolean {
    const some = this.away.size > 0;
    for (const reader of this.away) reader.heal();
    this.away.clear();
    return some;
  }
}
