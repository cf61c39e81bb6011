/**
 * Whether the machine keeps its own pace. A fixed piece of work is done again and again beside what is measured, three times
 * in a row, and the shortest counts: that others had the processor meanwhile lengthens one of three, that the processor itself
 * is slow lengthens all. Virtual machines are slowed down by whoever lends them, for some ten milliseconds at a time, and count
 * none of it as stolen. What falls into such a moment says nothing about what is measured. Gil Tene's jHiccup tells a
 * platform's pauses from an application's in the same way, by a witness that does nothing else.
 */
import { fork } from 'node:child_process';
import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { now } from '../../harness/history/index.ts';
import { saidBy } from './child.ts';

/** ms between two pieces of work. */
const EVERY = 2;
/** What is hashed, by code that no compiler touches while it runs: some hundredths of a millisecond of work. */
const WORK = Buffer.alloc(32 * 1024);
/** Of which the shortest counts. */
const IN_A_ROW = 3;
/** The processor is slow where a piece takes so many times the median. */
const SLOW = 4;

/** ms, by the clock of histories. */
export interface Span {
  from: number;
  to: number;
}

/** When the machine was slow. */
export interface Slowness {
  /** From the last piece that took as long as always to the next that does. */
  moments: readonly Span[];
  /** Of the time that was watched. */
  share: number;
  /** How many times as long as always a piece took in these moments, in the median; 1 where there were none. */
  times: number;
}

/** A piece of work, and how long it took when nobody was in the way, ms. */
export interface Piece extends Span {
  took: number;
}

export interface Witness {
  stop(): Promise<Slowness>;
}

/** Begins to watch, in a process of its own. */
export async function watchMachine(): Promise<Witness> {
  const child = fork(fileURLToPath(import.meta.url), { serialization: 'advanced' });
  await saidBy(child, 'the witness');
  return {
    async stop() {
      child.send('stop');
      return slowness((await saidBy(child, 'the witness')) as Piece[]);
    },
  };
}

/** @param pieces in their order, one at least */
export function slowness(pieces: readonly Piece[]): Slowness {
  const usual = median(pieces.map(({ took }) => took));
  const slow = pieces.filter(({ took }) => took > SLOW * usual);
  const moments: Span[] = [];
  let before: Piece | undefined;
  let opened: number | undefined;
  for (const piece of pieces) {
    if (piece.took > SLOW * usual) opened ??= before?.to ?? piece.from;
    else if (opened !== undefined) {
      moments.push({ from: opened, to: piece.from });
      opened = undefined;
    }
    before = piece;
  }
  if (opened !== undefined) moments.push({ from: opened, to: before!.to });
  const watched = pieces.at(-1)!.to - pieces[0]!.from;
  const lost = moments.reduce((sum, { from, to }) => sum + to - from, 0);
  return {
    moments,
    share: lost / watched,
    times: slow.length === 0 ? 1 : median(slow.map(({ took }) => took)) / usual,
  };
}

/** Whether it was, at any time of this. */
export function isSlowed({ moments }: Slowness, span: Span): boolean {
  return moments.some(({ from, to }) => from < span.to && to > span.from);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function piece(): Piece {
  const from = now();
  let took = Number.POSITIVE_INFINITY;
  let begun = from;
  for (let time = 0; time < IN_A_ROW; time++) {
    hash('sha256', WORK);
    const done = now();
    took = Math.min(took, done - begun);
    begun = done;
  }
  return { from, took, to: begun };
}

if (import.meta.main) {
  const pieces: Piece[] = [];
  let isOver = false;
  process.once('message', () => {
    isOver = true;
  });
  // Whoever had it watch may be gone.
  process.once('disconnect', () => process.exit());
  process.send!('watching');
  while (!isOver) {
    pieces.push(piece());
    await sleep(EVERY);
  }
  process.send!(pieces, () => process.disconnect());
}
