/**
 * Every error the mock LLM answers with or ends with, in one catalogue: a stable code, where it shows (an HTTP
 * status, or the exit code of the program), and a text that says what failed and what is allowed.
 */
interface Entry {
  /** HTTP status of the answer, or exit code where the program itself ends. */
  status: number;
  /** `{name}` is replaced by the parameter of that name. */
  text: string;
}

const CATALOGUE = {
  ML_DIRECTIVE: { status: 400, text: 'The directive in the last user message is refused: {what}.' },
  ML_FAULT: { status: 400, text: 'The timeline of faults is refused: {what}.' },
  ML_NOT_JSON: { status: 400, text: 'The body is not JSON: {what}.' },
  ML_INVALID: { status: 400, text: '"{field}" must be {allowed}, not {actual}.' },
  ML_TOO_LARGE: { status: 413, text: 'The body is larger than the {limit} bytes that are read.' },
  ML_NO_ROUTE: { status: 404, text: 'There is no {method} {path} here. There are: {routes}.' },
  ML_NOT_LOOPBACK: {
    status: 403,
    text: 'The admin API answers callers on this machine only, not {address}. Call it over 127.0.0.1.',
  },
  ML_NO_CALL: {
    status: 404,
    text: 'There is no call "{call}" in the ledger: it never was, or it ended long ago and was dropped.',
  },
  ML_NO_RESPONSE: {
    status: 404,
    text: 'There is no response "{id}": it was not asked for with "background": true, or was dropped since.',
  },
  ML_FILE: { status: 64, text: '{file} cannot be used: {what}.' },
  ML_UPSTREAM: { status: 502, text: 'The provider that is recorded did not answer: {what}.' },
  ML_EVENTS_DROPPED: {
    status: 410,
    text: 'Events after {after} were asked for; those before {oldest} are dropped. Read the ledger while calls go on.',
  },
  ML_EVENTS_AHEAD: {
    status: 409,
    text: 'Events after {after} were asked for, but this ledger has come to {last}: it is not the one you read before.',
  },
  ML_INTERNAL: { status: 500, text: 'The mock LLM itself failed: {what}. This is a defect of it.' },
  ML_LISTEN: {
    status: 70,
    text: 'The mock LLM could not listen on {address}: {what}. Choose another --port; 0 takes any free one.',
  },
  ML_USAGE: {
    status: 64,
    text: '{what}. Usage: mock-llm [--port <0-65535>] [--host <address>] [--keep-events <number>] [--keep-calls <number>]',
  },
} as const satisfies Record<string, Entry>;

export type MockLlmErrorCode = keyof typeof CATALOGUE;

type ParametersIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersIn<Rest>
  : never;
type Parameters<C extends MockLlmErrorCode> = {
  [P in ParametersIn<(typeof CATALOGUE)[C]['text']>]: string | number;
};

export class MockLlmError<C extends MockLlmErrorCode = MockLlmErrorCode> extends Error {
  override readonly name: string = 'MockLlmError';
  readonly code: C;
  readonly status: number;

  constructor(code: C, parameters: Parameters<C>, options?: ErrorOptions) {
    const values = parameters as Record<string, string | number>;
    super(
      CATALOGUE[code].text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name])),
      options,
    );
    this.code = code;
    this.status = CATALOGUE[code].status;
  }
}

/** The catalogue, for documentation. */
export const mockLlmErrorCatalogue: Readonly<Record<MockLlmErrorCode, Entry>> = CATALOGUE;
