import type { FailureCode } from '../errors.ts';

/** The LLM did not do its part. The message is for the log, the code for the reader. */
export class LlmError extends Error {
  override readonly name = 'LlmError';
  readonly code: FailureCode;
  /** The status by which it refused. */
  readonly http: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    options: ErrorOptions & { http?: number | undefined } = {},
  ) {
    super(message, options);
    this.code = code;
    this.http = options.http;
  }
}
