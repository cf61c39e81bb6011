/**
 * What the LLM has said so far, and where its chunks end. Lengths are UTF-16 units.
 *
 * The text is well-formed at every chunk's end, whatever the LLM's deltas split: a high surrogate at the end of a
 * delta is kept back and begins the next one. What can never be text in the database, a surrogate without its
 * other half and NUL, becomes U+FFFD here, so that the database and every reader get the same.
 */
export class Transcript {
  #chunks: string[] = [];
  #ends: number[] = [];
  #heldBack = '';
  /** The chunks that have been put together, and how many those are: most are never needed in one piece. */
  #text = '';
  #joined = 0;

  /** Goes on after what was saved. Where its chunks ended is not known: they count as one, and empty ones after it. */
  static after({ content, chunks }: { content: string; chunks: number }): Transcript {
    const transcript = new Transcript();
    for (let i = 0; i < chunks; i++) transcript.#push(i === 0 ? content : '');
    return transcript;
  }

  get count(): number {
    return this.#chunks.length;
  }

  get length(): number {
    return this.lengthAfter(this.count);
  }

  get text(): string {
    this.#text += this.between(this.#joined, this.count);
    this.#joined = this.count;
    return this.#text;
  }

  /** Length of the first `count` chunks. */
  lengthAfter(count: number): number {
    return this.#ends[count - 1] ?? 0;
  }

  append(delta: string): void {
    let text = this.#heldBack + delta;
    this.#heldBack = endsInHighSurrogate(text) ? text.slice(-1) : '';
    if (this.#heldBack) text = text.slice(0, -1);
    this.#push(wellFormed(text));
  }

  /** What was kept back will not be completed any more; it counts to the last chunk. */
  close(): void {
    if (!this.#heldBack) return;
    this.#heldBack = '';
    const last = this.#chunks.pop()!;
    this.#ends.pop();
    if (this.#joined > this.count) {
      this.#text = this.#text.slice(0, this.length);
      this.#joined = this.count;
    }
    this.#push(`${last}\uFFFD`);
  }

  /** The text of the chunks after the first `from` ones, up to and with the first `to`. */
  between(from: number, to: number): string {
    return to - from === 1 ? this.#chunks[from]! : this.#chunks.slice(from, to).join('');
  }

  /** The text from `start` to the end of the first `count` chunks. */
  slice(start: number, count: number): string {
    if (count > 0 && start === this.lengthAfter(count - 1)) return this.#chunks[count - 1]!;
    return this.text.slice(start, this.lengthAfter(count));
  }

  /** Whether a cut at `position` would separate the halves of a character. */
  splits(position: number): boolean {
    return splitsCharacter(this.text, position);
  }

  #push(chunk: string): void {
    this.#ends.push(this.length + chunk.length);
    this.#chunks.push(chunk);
  }
}

/** The text as the database can hold it; as long as it was. */
export function wellFormed(text: string): string {
  // Nearly all is, and looking is cheaper than making it so.
  if (text.isWellFormed() && !text.includes('\0')) return text;
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

export function splitsCharacter(text: string, position: number): boolean {
  const before = text.charCodeAt(position - 1);
  const after = text.charCodeAt(position);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

function endsInHighSurrogate(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
