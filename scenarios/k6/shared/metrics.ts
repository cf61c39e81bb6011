/**
 * What k6 counts. A threshold on a metric without samples passes, so `begin` gives each of them one that says nothing:
 * a run in which nothing was compared then fails by `checked_generations: count>0`.
 */
import exec from 'k6/execution';
import { Counter, Trend } from 'k6/metrics';
import type { Thresholds } from './options.ts';

export const metrics = {
  /** Visits that began, and that came to their end: the difference is what nothing can be said of. */
  begun: new Counter('visits_begun'),
  ended: new Counter('visits_ended'),
  /** Answers that were compared with the oracle at their end. */
  checked: new Counter('checked_generations'),
  /** Of the worst view of each answer. */
  lost: new Counter('lost_chunks'),
  doubled: new Counter('doubled_chunks'),
  wrong: new Counter('wrong_chunks'),
  /** Answers that did not end within their bound. */
  unfinished: new Counter('unfinished_generations'),
  refused: new Counter('refused_sends'),
  /** Visits in which what the script is about met an answer that was coming. */
  struck: new Counter('visits_struck'),
  recoveries: new Counter('recoveries'),
  /** The network is back, or the page is reloaded, to the first new chunk: where streams come whole, to a poll that shows it. */
  recovery: new Trend('recovery_ms', true),
  /** From the question to the first chunk, and from one chunk to the next of a stream; only where streams are read as they come. */
  first: new Trend('first_chunk_ms', true),
  gap: new Trend('chunk_gap_ms', true),
  switching: new Trend('switch_ms', true),
  /** What a timer of k6 was late by: where that is much, the generator measures itself. */
  lateness: new Trend('lateness_ms', true),
  /** Carries what was seen, for the judge. */
  history: new Counter('holdfast_history'),
};

const COUNTERS = [
  'begun',
  'ended',
  'checked',
  'lost',
  'doubled',
  'wrong',
  'unfinished',
  'refused',
  'struck',
  'recoveries',
] as const;

/** A sample for each counter, so that each has one. */
export function begin(): void {
  for (const name of COUNTERS) metrics[name].add(0);
}

/** Adds a sample that carries what stands in no tag: tags make time series, of which there must not be too many. */
export function addWith(
  metric: Counter,
  value: number,
  tags: Record<string, string>,
  carries: Record<string, string>,
) {
  for (const [name, text] of Object.entries(carries)) exec.vu.metrics.metadata[name] = text;
  metric.add(value, tags);
  for (const name of Object.keys(carries)) delete exec.vu.metrics.metadata[name];
}

/** @param recovers answers are interrupted in this script, so that there must be recoveries */
export function thresholds(recovers: boolean, withinMs: number): Thresholds {
  return {
    checked_generations: ['count>0'],
    lost_chunks: ['count==0'],
    doubled_chunks: ['count==0'],
    wrong_chunks: ['count==0'],
    unfinished_generations: ['count==0'],
    visits_struck: ['count>0'],
    ...(recovers && { recoveries: ['count>0'], recovery_ms: [`p(99)<${withinMs}`] }),
  };
}
