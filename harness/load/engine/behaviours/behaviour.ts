/**
 * What a user does while an answer comes: one behaviour a file. It waits for pieces of the answer, never for time,
 * but where time itself is what it is about. Afterwards every answer is followed to its end, read afresh and judged.
 */
import type { TargetCapabilities } from '../../../history/events.ts';
import type { Visit } from '../visit.ts';

export interface Behaviour {
  id: string;
  /** What it does, in words for a report. */
  title: string;
  /** Answers that it asks for. */
  questions: 1 | 2;
  /** Why a target cannot be visited in this way; null: it can. */
  needs?(capabilities: TargetCapabilities): string | null;
  /** Resolves when the user has done it all; the answers need not have ended. */
  visit(visit: Visit): Promise<void>;
}

/** A place in the middle of an answer: from the first piece to the last but one. */
export function somewhere({ draw, questions }: Visit): number {
  return draw.between(1, Math.max(1, questions[0]!.spec.chunks - 1));
}
