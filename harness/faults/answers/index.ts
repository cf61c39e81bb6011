/** What befalls answers as a whole, as reverse proxies do it. Until the device heals; what has begun goes on. */
import type { FaultInfo } from '../fault.ts';

export type AnswerFaultId = 'unavailable' | 'bad-gateway' | 'slow-headers' | 'buffered' | 'emptied';

export interface AnswerFault extends FaultInfo {
  id: AnswerFaultId;
  at: 'device';
  /** Answered so, and the target never hears of the request. */
  status?: number;
  /** The answer begins so much later, ms. */
  headersAfter?: number;
  /** Nothing of an answer is passed on before its end has come. */
  buffers?: true;
  /** A stream ends with its head, as if there had been nothing to say; what is no stream is passed on. */
  empties?: true;
}

const HEADERS_AFTER_MS = 1_000;
const HEALS = 'for new requests, when the device heals';

export const answerFaults: Readonly<Record<AnswerFaultId, AnswerFault>> = {
  unavailable: {
    id: 'unavailable',
    at: 'device',
    about: 'Requests are answered by 503 and do not reach the target.',
    heals: HEALS,
    status: 503,
  },
  'bad-gateway': {
    id: 'bad-gateway',
    at: 'device',
    about: 'Requests are answered by 502 and do not reach the target.',
    heals: HEALS,
    status: 502,
  },
  'slow-headers': {
    id: 'slow-headers',
    at: 'device',
    about: `Answers begin ${HEADERS_AFTER_MS} ms later than the target began them.`,
    heals: HEALS,
    headersAfter: HEADERS_AFTER_MS,
  },
  buffered: {
    id: 'buffered',
    at: 'device',
    about:
      'An answer is kept back until its end has come, as a reverse proxy does that was not told to stream.',
    heals: HEALS,
    buffers: true,
  },
  emptied: {
    id: 'emptied',
    at: 'device',
    about: 'Streams are answered by 200 and end at once, correctly and without anything in them.',
    heals: HEALS,
    empties: true,
  },
};
