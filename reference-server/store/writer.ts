/**
 * Writing answers on the way and at their end, those of all generations of this process in few statements. Each
 * row names the epoch it was given; one that has left `generating`, or whose lease was taken over, is not touched.
 */
import type { Config } from '../config.ts';
import { retry } from '../retry.ts';
import { Combiner, type Statement } from './combiner.ts';
import { type Database, isUnavailable } from './database.ts';
import { type End, endGenerations, type Save, savings } from './saving.ts';

export interface Writer {
  /** A save takes what is new; without this, all there is. */
  readonly appends: boolean;
  /** How many have been begun so far that write many rows. */
  readonly statements: number;
  /**
   * Saves content on the way.
   *
   * @returns false where the generation is no longer the caller's
   * @throws where the database was lost for too long
   */
  save(row: Save): Promise<boolean>;
  /**
   * The one compare-and-set by which a generation ends, content and state in one statement.
   *
   * @returns false where it had ended before, or is no longer the caller's
   * @throws where the database was lost for too long
   */
  end(row: End): Promise<boolean>;
}

/**
 * @param combined for statements that write many rows; a lock that is held there must not be waited for long
 * @param alone for statements that write one, and may wait
 */
export function openWriter(
  combined: Database,
  alone: Database,
  config: Pick<Config, 'persistence' | 'lease' | 'databaseTimeout'>,
): Writer {
  const { appends, save } = savings[config.persistence === 'append' ? 'append' : 'checkpoint'];
  const bound = config.databaseTimeout;
  const saves = new Combiner<Save, boolean>(
    statement(combined, alone, bound, (db, rows, again) => save(db, rows, config.lease, again)),
    bound,
    // An answer has one save under way at most: those of others may overtake it.
    SAVES_BESIDE,
  );
  const ends = new Combiner<End, boolean>(statement(combined, alone, bound, endGenerations), bound);
  return {
    appends,
    get statements() {
      return saves.statements + ends.statements;
    },
    save: (row) => saves.add(row),
    end: (row) => ends.add(row),
  };
}

/** Statements of saves that may be under way together. */
export const SAVES_BESIDE = 2;

type Write<T> = (db: Database, rows: readonly T[], again: boolean) => Promise<ReadonlySet<string>>;

function statement<T extends { id: string; text: string }>(
  combined: Database,
  alone: Database,
  bound: number,
  write: Write<T>,
): Statement<T, boolean> {
  return {
    async together(rows, again) {
      const ours = await write(combined, rows, again);
      return ({ id }) => ours.has(id);
    },
    alone: (row) => retry(async () => (await write(alone, [row], true)).has(row.id), isUnavailable, bound),
    weigh: ({ text }) => text.length,
    isUnavailable,
  };
}
