/** The generations that this process is producing, and those that it has just produced. */
import { setTimeout as delay } from 'node:timers/promises';
import { failure } from '../errors.ts';
import type { Finished } from './finished.ts';
import type { Generation, Readable, Speech } from './generation.ts';

/** ms for which one that has ended is kept: whoever lost the network shortly before mostly comes back within it. */
const KEPT = 10_000;
/** So many at most, the newest. */
const MOST_KEPT = 1_000;

export class Running {
  readonly #generations = new Map<string, Generation>();
  /** In the order of their ends. */
  readonly #ended = new Map<string, Finished>();
  /** Who asked for what was begun here. */
  readonly #users = new Map<string, string>();
  readonly #idle = new Set<() => void>();
  #over = false;
  readonly #atShutDown: (generation: Generation) => Promise<unknown>;

  /** @param atShutDown what becomes of one that has not finished by then */
  constructor(
    atShutDown: (generation: Generation) => Promise<unknown> = (generation) =>
      generation.end('error', failure('SHUT_DOWN')),
  ) {
    this.#atShutDown = atShutDown;
  }

  /**
   * Makes it known before its rows are inserted: whoever finds the rows then finds the generation, too.
   *
   * @param user who asked for it; absent where that has not been looked up
   */
  announce(generation: Generation, user?: string): void {
    this.#generations.set(generation.id, generation);
    if (user !== undefined) this.#users.set(generation.id, user);
  }

  withdraw(generation: Generation): void {
    this.#generations.delete(generation.id);
    const finished = generation.finished();
    if (finished) this.#keep(finished);
    else this.#users.delete(generation.id);
    if (this.#generations.size === 0) for (const tell of this.#idle) tell();
  }

  #keep(finished: Finished): void {
    this.#ended.set(finished.id, finished);
    setTimeout(() => this.#forget(finished.id), KEPT).unref();
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > MOST_KEPT && oldest !== undefined) this.#forget(oldest);
  }

  #forget(id: string): void {
    if (this.#ended.delete(id)) this.#users.delete(id);
  }

  start(generation: Generation, speech: Speech): void {
    void generation.run(speech).finally(() => this.withdraw(generation));
    if (this.#over) void this.#shutDown(generation);
  }

  /** undefined also where it has ended: the database knows more then. */
  get(id: string): Generation | undefined {
    const generation = this.#generations.get(id);
    return generation?.outcome || generation?.abandoned ? undefined : generation;
  }

  /** The same for who reads only: one that has just ended here is as the database has it. */
  readable(id: string): Readable | undefined {
    return this.get(id) ?? this.#ended.get(id);
  }

  /** Whether it runs here, or did until now, and is certain to be this user's: false is no answer, the database has one. */
  knows(user: string, id: string): boolean {
    return this.#users.get(id) === user && (this.#ended.has(id) || this.get(id)?.begun === true);
  }

  get size(): number {
    return this.#generations.size;
  }

  /** Of all of them together. */
  get readers(): number {
    let sum = 0;
    for (const generation of this.#generations.values()) sum += generation.readers;
    return sum;
  }

  /** Those that must not be taken for orphans. */
  get ids(): string[] {
    return [...this.#generations.keys()];
  }

  /** Those whose leases were renewed for the last time at least so many ms ago. */
  quietFor(ms: number): string[] {
    const before = performance.now() - ms;
    return [...this.#generations.values()]
      .filter(({ begun, abandoned, renewedAt }) => begun && !abandoned && renewedAt <= before)
      .map(({ id }) => id);
  }

  /**
   * Lets all finish for `grace` ms, then does away with the rest. One whose rows are just being inserted is waited
   * for: they would be left in `generating`.
   */
  async shutDown(grace: number): Promise<void> {
    await Promise.race([this.#emptied(), delay(grace, undefined, { ref: false })]);
    this.#over = true;
    await Promise.all([...this.#generations.values()].map((generation) => this.#shutDown(generation)));
    await this.#emptied();
  }

  async #emptied(): Promise<void> {
    if (this.#generations.size > 0) await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  async #shutDown(generation: Generation): Promise<void> {
    // Where the row is not there yet, it ends once it is.
    if (generation.begun) await this.#atShutDown(generation).catch(() => {});
  }
}
