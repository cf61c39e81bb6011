/**
 * Everything the server can refuse, and every way a generation can fail, in two catalogues: a stable code and a
 * sentence that says what failed and what to do. Served with the API description.
 */

interface Refusal {
  http: number;
  message: string;
}

export const REFUSALS = {
  INVALID_REQUEST: { http: 400, message: 'The request is not valid; `issues` says where and why.' },
  BODY_MALFORMED: {
    http: 400,
    message: 'The body is not valid JSON; send UTF-8 JSON with content-type application/json.',
  },
  CURSOR_MALFORMED: {
    http: 400,
    message:
      'The cursor is not one of this server; send the id of an event as it came, or <message id>:<length in UTF-16 units>.',
  },
  UNAUTHENTICATED: { http: 401, message: 'Send a known token as `Authorization: Bearer <token>`.' },
  SESSION_NOT_FOUND: { http: 404, message: 'You have no session with this id.' },
  MESSAGE_NOT_FOUND: { http: 404, message: 'You have no message with this id.' },
  ROUTE_NOT_FOUND: { http: 404, message: 'There is no such call; /openapi.json lists all.' },
  METHOD_NOT_ALLOWED: {
    http: 405,
    message: 'This path is not called by this method; the header `Allow` names those by which it is.',
  },
  CURSOR_FOREIGN: {
    http: 409,
    message:
      'The cursor belongs to another message; resume with a cursor of this one, or without any from the start.',
  },
  NOT_AN_ANSWER: {
    http: 409,
    message: 'This message was not generated; only answers can be streamed and stopped.',
  },
  BODY_TOO_LARGE: { http: 413, message: 'The body is larger than 1 MiB; send less.' },
  BODY_UNSUPPORTED: {
    http: 415,
    message:
      'The body is of a type that is not read here; send UTF-8 JSON with content-type application/json.',
  },
  CURSOR_PAST_END: {
    http: 416,
    message:
      'The cursor lies past the end; `length` is what there is. Read the message again and resume from there.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    http: 422,
    message: 'This idempotency key was used for another content or session; use a new key for a new message.',
  },
  INTERNAL: { http: 500, message: 'The server failed; its log says more.' },
  STOP_UNSUPPORTED: {
    http: 501,
    message: 'With at-end persistence an answer ends with its connection; close that to stop it.',
  },
  DATABASE_UNAVAILABLE: { http: 503, message: 'The database does not answer; try again.' },
  TOO_BUSY: {
    http: 503,
    message: 'The server produces as many answers as it can; ask again after the seconds in `Retry-After`.',
  },
  SHUTTING_DOWN: { http: 503, message: 'The server is shutting down; try again in a moment.' },
} as const satisfies Record<string, Refusal>;

export type RefusalCode = keyof typeof REFUSALS;

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: RefusalCode;
  readonly http: number;
  /** Further fields of the answer. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: RefusalCode, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(REFUSALS[code].message, options);
    this.code = code;
    this.http = REFUSALS[code].http;
    this.details = details;
  }
}

/** Why a generation ended in `error`. */
export const FAILURES = {
  LLM_UNREACHABLE: 'The language model could not be reached, or its connection broke.',
  LLM_REFUSED: 'The language model refused the request.',
  LLM_MALFORMED: 'The language model sent something that is not part of its protocol.',
  LLM_ENDED_EARLY: 'The language model ended its answer without finishing it.',
  LLM_SILENT: 'The language model fell silent.',
  ORPHANED: 'The server that produced this answer went away.',
  SHUT_DOWN: 'The server shut down before the answer was finished.',
  STUCK: 'The answer had stopped changing and was ended by an operator.',
  INTERNAL: 'The server failed while it produced the answer; its log says more.',
} as const;

export type FailureCode = keyof typeof FAILURES;

export interface Failure {
  code: FailureCode;
  message: string;
}

export function failure(code: FailureCode): Failure {
  return { code, message: FAILURES[code] };
}

/** Wrong settings or surroundings at the start; the sentence is for whoever starts the server. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
