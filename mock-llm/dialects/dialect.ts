/**
 * A dialect: one provider's API, as far as it speaks. It reads requests and writes frames; what is said, and
 * when, is none of its business.
 */
import type { MockLlmError } from '../errors.ts';

export interface Dialect {
  /** Path that takes the POST. */
  path: string;
  /** GET paths that answer with a fixed document, such as the list of models. */
  documents: Readonly<Record<string, unknown>>;
  /** @throws MockLlmError where the provider would refuse the body, and says why */
  read(body: unknown): Question;
  /** The body of an error, in the provider's own shape. */
  refusal(error: MockLlmError): unknown;
}

export interface Question {
  /** Text of the last user message; empty where there is none. */
  prompt: string;
  /** false: the answer is wanted in one piece. */
  stream: boolean;
  script(answer: { name: string; chunks: number }): Script;
}

/** How one answer is written down. */
export interface Script {
  /** Frames before the first chunk. */
  opening: string;
  chunk(text: string): string;
  /** Frames after the last chunk. */
  closing: string;
  /** The whole answer in one piece, to be sent as JSON. */
  whole(text: string): unknown;
}
