import type { Visit } from './visit.ts';

/** What a user does, as one script plays it. */
export interface Behaviour<V extends Visit> {
  id: string;
  /** Answers that it asks for. */
  questions: 1 | 2;
  /** It interrupts answers, so that there must be recoveries. */
  recovers: boolean;
  /** Resolves when the user has done it all and has seen every answer to its end. */
  visit(visit: V): Promise<void>;
}
