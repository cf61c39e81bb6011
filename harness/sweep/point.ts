/** One point of a sweep: a scenario with one place in an answer at which something strikes. */
import type { AnyScenario } from '../runs/scenario.ts';

export interface Point {
  /** Names it, and its scenario: the same point of every sweep has the same name. */
  id: string;
  kind: 'cut' | 'crash';
  /** Row and column of the summary. */
  row: string;
  column: string;
  scenario: AnyScenario;
}

/** How a client goes on after what struck it. */
export const ways = ['resume', 'poll', 'refresh'] as const;
export type Way = (typeof ways)[number];

/** Checkers that every point feeds: what is lost, doubled, mixed up or left without an end. */
export const FED = [
  'no-loss',
  'no-duplication',
  'prefix-order',
  'isolation',
  'eventual-end',
  'one-terminal',
  'truthful-status',
  'one-generation',
  'convergence',
  'coverage',
] as const;

/** A page polls every two seconds; a sweep has no such time, and nothing that it judges depends on it. */
export const POLL_EVERY = 100;

/** Numbers in names have as many digits as the greatest, so that names sort. */
export function padded(n: number, greatest: number): string {
  return String(n).padStart(String(greatest).length, '0');
}
