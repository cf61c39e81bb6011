/**
 * The documents of a tab, one after the other: what their watchers tell is put in order and in time, and handed to
 * the tab's sight.
 *
 *     watcher ── batch ──▶ held until the clock of its document is known ──▶ sight
 */
import { now, type When } from '../../history/index.ts';
import { createPageClock, type PageClock } from './page-clock.ts';
import type { Sight } from './sight.ts';
import type { Batch, Told } from './told.ts';

export interface Documents {
  /** The document that is there, as far as it has been heard of. */
  readonly current: Readonly<Pick<Document, 'name' | 'kept'>> | undefined;
  /** A batch has come. */
  hear(batch: Batch): void;
  /** Nothing of a document that begins later existed before now. */
  expect(): void;
  /** Resolves when a document begins that is not there yet. */
  begins(): Promise<void>;
  /** Resolves when so many batches of the document that is there now have been taken. */
  taken(batches: number): Promise<void>;
  /** Resolves with the time of the next word of this kind. */
  next(what: Told['what']): Promise<Required<When>>;
}

interface Document {
  name: string;
  /** It is not new: the browser had kept it while another one was there. */
  kept: boolean;
  clock: PageClock;
  known: boolean;
  held: Batch[];
  taken: number;
}

/** Pings until the clock is known this well (ms), or so many were made. */
const GOOD_ENOUGH = 2;
const PINGS = 8;
/** A document that does not answer for so long (ms) is timed by what is known without its answer. */
const PATIENCE = 1_000;

/** @param ping asks the page which document it is, and for its clock (ms) */
export function createDocuments(
  sight: Sight,
  ping: () => Promise<{ document: string; at: number }>,
  onTold: (told: Told, at: Required<When>) => void,
): Documents {
  let current: Document | undefined;
  let begunAfter = now();
  const past = new Set<string>();
  const waiting = new Set<{ what: Told['what']; resolve(at: Required<When>): void }>();
  const counting = new Set<() => void>();
  let begun = Promise.withResolvers<void>();

  async function learnClock(document: Document): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref());
    const pinging = async () => {
      for (let n = 0; n < PINGS && document.clock.err > GOOD_ENOUGH && current === document; n++) {
        const asked = now();
        const answer = await ping();
        if (answer.document !== document.name) return;
        document.clock.answered(asked, answer.at);
        document.clock.heard(answer.at);
      }
    };
    // A page that went away meanwhile answers no more.
    await Promise.race([pinging().catch(() => {}), late]);
    document.known = true;
    for (const batch of document.held.splice(0)) take(document, batch);
  }

  function take(document: Document, batch: Batch): void {
    if (document !== current) return;
    const { clock } = document;
    sight.take(batch.told, (page) => clock.instant(page));
    for (const one of batch.told) {
      const at = clock.instant(one.at);
      onTold(one, at);
      for (const waiter of [...waiting]) {
        if (waiter.what !== one.what) continue;
        waiting.delete(waiter);
        waiter.resolve(at);
      }
    }
    document.taken = batch.seq + 1;
    for (const look of [...counting]) look();
  }

  return {
    get current() {
      return current;
    },
    hear(batch) {
      if (past.has(batch.document)) return;
      if (current?.name !== batch.document) {
        if (current) past.add(current.name);
        // What the document before has told and was held back is no less true.
        if (current && !current.known) for (const held of current.held.splice(0)) take(current, held);
        sight.begin(begunAfter);
        current = {
          name: batch.document,
          kept: batch.kept,
          clock: createPageClock(begunAfter),
          known: false,
          held: [],
          taken: 0,
        };
        current.clock.heard(batch.at);
        begun.resolve();
        begun = Promise.withResolvers<void>();
        void learnClock(current);
      }
      const document = current;
      if (document.known) {
        take(document, batch);
        return;
      }
      document.clock.heard(batch.at);
      document.held.push(batch);
    },
    expect() {
      begunAfter = now();
    },
    begins: () => begun.promise,
    async taken(batches) {
      const document = current;
      if (!document || document.taken >= batches) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (document.taken >= batches || current !== document) resolve();
      };
      counting.add(look);
      await promise.finally(() => counting.delete(look));
    },
    next(what) {
      const { promise, resolve } = Promise.withResolvers<Required<When>>();
      waiting.add({ what, resolve });
      return promise;
    },
  };
}
