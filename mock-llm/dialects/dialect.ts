/**
 * A dialect: one provider's API, as far as it speaks. It reads requests and writes frames; what is said, and
 * when, is none of its business. Pure, so that it also speaks in a browser.
 */
import type { Answer } from '../answer.ts';
import type { MockLlmError } from '../errors.ts';
import type { FailureStatus } from '../faults/fault.ts';

export interface Dialect {
  /** For the documentation. */
  name: string;
  /** Path that takes the POST. */
  path: string;
  /** GET paths that answer with a fixed document, such as the list of models. */
  documents: Readonly<Record<string, unknown>>;
  /** @throws MockLlmError where the provider would refuse the body, and says why */
  read(body: unknown): Question;
  /** The body of an error, in the provider's own shape. */
  refusal(error: MockLlmError): unknown;
  /** The body of a failure of the provider, as it writes it. */
  failure(status: FailureStatus): unknown;
}

export interface Question {
  /** Text of the last user message; empty where there is none. */
  prompt: string;
  /** false: the answer is wanted in one piece. */
  stream: boolean;
  /** The answer goes on without the caller, who can come back for it. */
  background: boolean;
  script(answer: Answer): Script;
}

export type SnapshotStatus = 'in_progress' | 'completed' | 'cancelled' | 'failed';

/** How one answer is written down. What is said once is made when it is asked for: thousands of streams wait at once. */
export interface Script {
  /** Frames before the first chunk. */
  opening(): readonly string[];
  /** The frame of chunk `i`. */
  chunk(text: string, i: number): string;
  /** Where each of these frames is the text as JSON between a head and a tail that are always the same: those. */
  around?(): { head: string; tail: string };
  /** Frames after the last chunk, the terminal one last. */
  closing(): readonly string[];
  /** Frames by which the provider says in mid-stream that it failed, after `chunks` chunks. */
  failure(chunks: number): string;
  /** What keeps a silent connection alive. */
  keepAlive: string;
  /** A delta can be sent as two. */
  divisible: boolean;
  /** Status and headers of the answer; where they are not said, 200 and the type of the content. */
  head?: { status: number; headers: Readonly<Record<string, string>> };
  /** The body of an answer in one piece. */
  whole(): string;
  /** The answer as far as it came, where it can be asked for while it goes on. */
  snapshot?(status: SnapshotStatus, chunks: number): { id: string };
}
