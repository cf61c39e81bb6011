/** Errors as OpenAI writes them, for both of its APIs. */
import type { MockLlmError } from '../errors.ts';
import type { FailureStatus } from '../faults/fault.ts';

const FAILURES: Readonly<
  Record<FailureStatus, readonly [type: string, code: string | null, message: string]>
> = {
  401: ['invalid_request_error', 'invalid_api_key', 'Incorrect API key provided.'],
  404: [
    'invalid_request_error',
    'model_not_found',
    'The model does not exist or you do not have access to it.',
  ],
  429: ['requests', 'rate_limit_exceeded', 'Rate limit reached for requests.'],
  500: ['server_error', null, 'The server had an error while processing your request.'],
  503: ['server_error', null, 'The engine is currently overloaded, please try again later.'],
};

export function openaiFailure(status: FailureStatus): unknown {
  const [type, code, message] = FAILURES[status];
  return { error: { message, type, param: null, code } };
}

export function openaiRefusal({ code, message, status }: MockLlmError): unknown {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return { error: { message, type, param: null, code } };
}
