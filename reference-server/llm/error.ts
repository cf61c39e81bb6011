import type { FailureCode } from '../errors.ts';

/** The LLM did not do its part. The message is for the log, the code for the reader. */
export class LlmError extends Error {
  override readonly name = 'LlmError';
  readonly code: FailureCode;

  constructor(code: FailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
