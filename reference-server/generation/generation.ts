/**
 * One running generation: takes in what the LLM says, saves it on the way, hands it to whoever reads along, and
 * ends in exactly one state. It belongs to the server; readers come and go.
 *
 *     LLM ──► transcript ──► checkpoints ──► database
 *                 │               │
 *                 └── delivered ◄─┘ at most one interval ahead of what is saved ──► readers
 *
 * Readers pull with `since`, and are woken when there is more. Nothing between looking and waiting yields, so a
 * reader that attaches in the middle misses nothing and gets nothing twice.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type Failure, failure } from '../errors.ts';
import { LlmError } from '../llm/error.ts';
import type { Counters } from '../metrics.ts';
import { retry } from '../retry.ts';
import { isUnavailable } from '../store/database.ts';
import { FIRST_EPOCH } from '../store/generations.ts';
import type { MessageRow } from '../store/messages.ts';
import type { TerminalStatus } from '../store/saving.ts';
import type { Signals } from '../store/signals.ts';
import type { Writer } from '../store/writer.ts';
import { Checkpoints } from './checkpoints.ts';
import { Finished } from './finished.ts';
import { Transcript } from './transcript.ts';

export interface Outcome {
  status: TerminalStatus;
  /** UTF-16 units of the whole content. */
  length: number;
  error?: Failure;
}

/** How the LLM is heard. */
export interface Speech {
  /** Begins the call; the signal closes it. */
  speak(signal: AbortSignal): AsyncIterable<string>;
  /** Nobody wants the rest; must not throw. Absent where closing the call says so. */
  discard?(): void;
}

/** How far a reader has got. */
export interface Place {
  length: number;
  chunks: number;
}

export interface Piece {
  text: string;
  /** Where the reader is once it has it. */
  at: Place;
}

/** What another owner left. */
export interface Left {
  /** That of the lease by which it was taken over. */
  epoch: number;
  content: string;
  chunks: number;
}

/** Told that there is something new to pull; must not throw. */
export type Reader = () => void;

/** What a reader needs of an answer. */
export interface Readable {
  readonly id: string;
  /** UTF-16 units that there are so far. */
  readonly length: number;
  /** Set once the state is final and in the database. */
  readonly outcome: Outcome | undefined;
  /** It will not go on here. */
  readonly abandoned: boolean;
  /** The place of a reader that holds the first `length` units, or why there is none. */
  placeAt(length: number): Place | 'past-end' | 'inside-character';
  /** What may be delivered beyond a reader's place: one chunk to who keeps up, all of it at once to who does not. */
  since(place: Place): Piece | undefined;
  attach(reader: Reader): () => void;
}

/** Chunks beyond the interval that intake may be ahead of the database, before the LLM has to wait. */
const SLACK = 512;

/** ms between two looks at a row that somebody else is ending. */
const TAKEN_POLL = 50;

/** ms that somebody who takes a row in order to end it may need for that. */
const TAKEN_PATIENCE = 1_000;

/** ms that a word of a reader elsewhere counts; it is repeated while there is one. */
const FOLLOWED = 5_000;

/** ms after which what such a reader waits for is saved, where the interval is not full. */
const FOLLOWED_WITHIN = 200;

export interface Surroundings {
  writer: Writer;
  counters: Counters;
  /** Tells other instances. */
  signals: Pick<Signals, 'tell'>;
  config: Pick<Config, 'checkpoint' | 'lease' | 'databaseTimeout' | 'orphans'>;
  log: Logger;
  /** The row as the database has it. */
  read(id: string): Promise<MessageRow | undefined>;
}

export class Generation implements Readable {
  readonly id: string;
  outcome: Outcome | undefined;
  /** Its rows are in the database. */
  begun = false;
  /** The database was lost for too long, or this process goes: what becomes of the row, whoever sweeps will say. */
  abandoned = false;

  /** When its lease was renewed for the last time, by a heartbeat or a save; of the clock of `performance`. */
  renewedAt = performance.now();

  readonly #around: Surroundings;
  readonly #epoch: number;
  readonly #transcript: Transcript;
  readonly #checkpoints: Checkpoints;
  readonly #readers = new Set<Reader>();
  readonly #llm = new AbortController();
  #followedUntil = 0;
  #endedHere = false;
  #delivered: number;
  #discard: () => void = () => {};
  #ending: Promise<Outcome> | undefined;
  #roomMade: (() => void) | undefined;

  constructor(id: string, around: Surroundings, left: Left = { epoch: FIRST_EPOCH, content: '', chunks: 0 }) {
    const { checkpoint } = around.config;
    this.id = id;
    this.#epoch = left.epoch;
    this.#transcript = Transcript.after(left);
    this.#delivered = left.chunks;
    this.#around = around;
    this.#checkpoints = new Checkpoints(
      checkpoint.chunks,
      () => (this.#isFollowed ? Math.min(FOLLOWED_WITHIN, checkpoint.within) : checkpoint.within),
      () => this.#save(),
      () => {
        this.#deliver();
        this.#tellFollowers();
      },
      left.chunks,
    );
  }

  /**
   * Produces the answer from the LLM's deltas. Resolves when it has ended, in whatever way.
   */
  async run({ speak, discard }: Speech): Promise<void> {
    this.begun = true;
    if (discard) this.#discard = discard;
    try {
      for await (const delta of speak(this.#llm.signal)) {
        if (this.#over) break;
        this.#transcript.append(delta);
        this.#around.counters.chunks += 1;
        this.#checkpoints.taken(this.#transcript.count);
        this.#deliver();
        await this.#room();
      }
      if (!this.abandoned) await this.end('completed');
    } catch (error) {
      await this.#fail(error);
    }
  }

  /**
   * Ends the generation, unless it has ended: the first cause counts.
   *
   * @returns the state that holds from now on
   * @throws where the database cannot be asked for it
   */
  end(status: TerminalStatus, error?: Failure): Promise<Outcome> {
    // A call that has come to its end closes by itself.
    if (status !== 'completed') this.#llm.abort();
    return this.#settle(() => this.#end(status, error));
  }

  /** Somebody else ended it: tells the readers what the database says. */
  concede(): Promise<Outcome> {
    this.#llm.abort();
    void this.#checkpoints.stop();
    return this.#settle(() => this.#adopt());
  }

  /** Leaves it to another to go on with: closes the call, and cuts the readers off. @returns its lease's epoch */
  async leave(): Promise<number> {
    if (!this.#over) this.#giveUp();
    await this.#checkpoints.stop();
    return this.#epoch;
  }

  /** @param at when that was asked for: it may have happened right then */
  renewed(at: number): void {
    this.renewedAt = Math.max(this.renewedAt, at);
  }

  /** It is being read on another instance, by what is saved. */
  followed(): void {
    const already = this.#isFollowed;
    this.#followedUntil = performance.now() + FOLLOWED;
    if (!already) this.#checkpoints.hurry();
  }

  attach(reader: Reader): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** What is left of it when it has ended here; undefined where it has not, or somebody else ended it. */
  finished(): Finished | undefined {
    if (!this.outcome || !this.#endedHere) return undefined;
    return new Finished(this.id, this.outcome, this.#transcript.text, this.#transcript.count);
  }

  placeAt(length: number): Place | 'past-end' | 'inside-character' {
    // What is saved but not delivered may have been read out of the database.
    if (length > this.#transcript.length) return 'past-end';
    if (this.#transcript.splits(length)) return 'inside-character';
    return { length, chunks: length < this.#transcript.lengthAfter(this.#delivered) ? 0 : this.#delivered };
  }

  since(place: Place): Piece | undefined {
    const at = { length: this.#transcript.lengthAfter(this.#delivered), chunks: this.#delivered };
    if (at.length < place.length || (at.length === place.length && at.chunks <= place.chunks))
      return undefined;
    return { text: this.#transcript.slice(place.length, at.chunks), at };
  }

  /** The text up to a checkpoint of so many chunks, as the database has it; undefined where that is not certain. */
  savedText(chunks: number): string | undefined {
    if (this.#over || chunks > this.#transcript.count) return undefined;
    return this.#transcript.text.slice(0, this.#transcript.lengthAfter(chunks));
  }

  get readers(): number {
    return this.#readers.size;
  }

  get length(): number {
    return this.#transcript.length;
  }

  get #over(): boolean {
    return this.abandoned || this.#ending !== undefined;
  }

  #deliver(): void {
    const limit = Math.min(
      this.#transcript.count,
      this.#checkpoints.saved + this.#around.config.checkpoint.chunks,
    );
    while (this.#delivered < limit) {
      this.#delivered += 1;
      this.#wake();
    }
    const exposed = this.#delivered - this.#checkpoints.saved;
    const { counters } = this.#around;
    if (exposed > counters.mostExposed) counters.mostExposed = exposed;
    if (!this.#tooFarAhead) this.#makeRoom();
  }

  get #isFollowed(): boolean {
    return performance.now() < this.#followedUntil;
  }

  #tellFollowers(): void {
    if (this.#isFollowed) this.#around.signals.tell('saved', this.id);
  }

  #wake(): void {
    for (const reader of this.#readers) reader();
  }

  get #tooFarAhead(): boolean {
    return this.#transcript.count - this.#checkpoints.saved >= this.#around.config.checkpoint.chunks + SLACK;
  }

  async #room(): Promise<void> {
    if (this.#over || !this.#tooFarAhead) return;
    await new Promise<void>((resolve) => {
      this.#roomMade = resolve;
    });
  }

  #makeRoom(): void {
    this.#roomMade?.();
    this.#roomMade = undefined;
  }

  async #save(): Promise<void> {
    const { writer, counters } = this.#around;
    const chunks = this.#transcript.count;
    const text = this.#transcript.between(writer.appends ? this.#checkpoints.saved : 0, chunks);
    const asked = performance.now();
    try {
      if (await writer.save({ id: this.id, epoch: this.#epoch, chunks, text })) {
        this.renewed(asked);
        counters.saved((performance.now() - asked) / 1_000);
        return;
      }
    } catch (error) {
      this.#abandon(error);
      throw error;
    }
    this.concede().catch(() => {});
    throw new Error('the generation is no longer ours');
  }

  #settle(how: () => Promise<Outcome>): Promise<Outcome> {
    this.#ending ??= how().then(
      (outcome) => {
        this.#announce(outcome);
        return outcome;
      },
      (error) => {
        this.#abandon(error);
        throw error;
      },
    );
    this.#makeRoom();
    return this.#ending;
  }

  async #end(status: TerminalStatus, error: Failure | undefined): Promise<Outcome> {
    this.#transcript.close();
    await this.#checkpoints.stop();
    const { text, count: chunks } = this.#transcript;
    const won = await this.#around.writer.end({
      id: this.id,
      epoch: this.#epoch,
      chunks,
      text,
      status,
      error,
    });
    if (!won) return this.#adopt();
    this.#endedHere = true;
    this.#around.counters.ended[status] += 1;
    // Only now: what another has taken over is to go on. What the LLM has forgotten is not ours to cancel.
    if (status !== 'completed' && error?.code !== 'ORPHANED') this.#discard();
    return { status, length: text.length, ...(error && { error }) };
  }

  /** Whoever took it over is about to end it; should that be lost, too, it is swept after its lease. */
  async #adopt(): Promise<Outcome> {
    const { read, config } = this.#around;
    // One that another goes on with may run for long: its readers come back, and find it there.
    const patience = config.orphans === 'continue' ? Math.min(TAKEN_PATIENCE, config.lease) : config.lease;
    const giveUpAt = performance.now() + patience;
    for (;;) {
      const row = await retry(() => read(this.id), isUnavailable, config.databaseTimeout);
      if (row && row.status !== 'generating') {
        return {
          status: row.status,
          length: row.content.length,
          ...(row.error_code && { error: failure(row.error_code) }),
        };
      }
      if (!row || performance.now() > giveUpAt)
        throw new Error(`${this.id} was taken away and has not ended`);
      await delay(TAKEN_POLL);
    }
  }

  #announce(outcome: Outcome): void {
    while (
      this.#delivered < this.#transcript.count &&
      this.#transcript.lengthAfter(this.#delivered + 1) <= outcome.length
    ) {
      this.#delivered += 1;
      this.#wake();
    }
    this.outcome = outcome;
    this.#tellFollowers();
    this.#wake();
  }

  #abandon(error: unknown): void {
    if (this.outcome || this.abandoned) return;
    this.#around.log.error({ err: error, generation: this.id }, 'generation abandoned: it cannot be saved');
    this.#giveUp();
  }

  #giveUp(): void {
    this.abandoned = true;
    this.#llm.abort();
    void this.#checkpoints.stop();
    this.#makeRoom();
    this.#wake();
  }

  async #fail(error: unknown): Promise<void> {
    if (this.#over) {
      await this.#ending?.catch(() => {});
      return;
    }
    this.#around.log.warn({ err: error, generation: this.id }, 'generation failed');
    const code = error instanceof LlmError ? error.code : 'INTERNAL';
    await this.end('error', failure(code)).catch(() => {});
  }
}
