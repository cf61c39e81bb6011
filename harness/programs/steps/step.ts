/**
 * A kind of step: what it looks like in a program, when it makes sense, what it does. To add one: a file of its own
 * here, a line in index.ts, and in harness/explore/arbitraries.ts how it is drawn.
 */
import type { z } from 'zod';
import type { Cast } from '../cast.ts';
import type { Scene } from '../scene.ts';

export interface StepKind<S> {
  /** What it does, for the documents. */
  about: string;
  shape: z.ZodType<S>;
  /**
   * Whether it makes sense where the play stands, and if so, what it changes. Where it makes none the scene stays as
   * it is, and nothing is done when it is played. Whatever `play` waits for must then be certain to come.
   *
   * @param n which step of those that make sense it is, from 1
   */
  enact(scene: Scene, step: S, n: number): boolean;
  play(cast: Cast, step: S, n: number): Promise<void>;
  /** In words, for people. */
  say(step: S): string;
}
