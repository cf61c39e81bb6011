/**
 * One connection of autocannon, and what is made of its answers.
 *
 * Three things of it (autocannon 9) are dealt with here, since they would be losses that the target has no part in:
 * a body is put together of pieces decoded each by itself, which breaks characters (here pieces are kept as bytes);
 * an answer whose connection breaks in its middle is mixed up with the next (nothing of that connection is judged from
 * then on); and a truncated answer may count as a good one (a body counts only when it was compared).
 */
import type autocannon from 'autocannon';
import { HoldfastError } from '../../../errors.ts';
import type { HttpAnswer } from '../../../targets/target.ts';
import type { Way } from '../../engine/exchange.ts';
import type { Breach } from './compare.ts';
import type { Asker, ShortDoing } from './doings.ts';

/** What became of one request. */
export type Outcome =
  | { is: 'judged'; breaches: Breach[] }
  | { is: 'refused'; status: number }
  /** Nothing can be said of it. */
  | { is: 'lost-track'; why: string };

/** A connection of it, with the parts that it does not declare. */
interface Client {
  pipelinedRequests: {
    size(): number;
    peek(): { body: string } | undefined;
    addBody(bytes: Buffer): void;
  };
  on(event: 'request' | 'timeout', listener: () => void): this;
  setRequests(requests: autocannon.Request[]): void;
}

const BROKE: Outcome = { is: 'lost-track', why: 'its connection broke in the middle of an answer' };
const UNREADABLE = 'prefix-order';

/**
 * Makes a connection of autocannon ask what `doing` asks, and tells of each answer.
 *
 * @returns the tag of the last answer that came with one
 */
export function askBy(
  connection: autocannon.Client,
  doing: ShortDoing,
  asker: Asker & { way: Way },
  tell: (outcome: Outcome) => void,
): () => string | undefined {
  const client = connection as unknown as Client;
  const queue = client.pipelinedRequests;
  if (typeof queue?.addBody !== 'function')
    throw new HoldfastError('HF_LOAD_SEATS', {
      what: 'this autocannon is none whose answers can be read whole',
    });
  queue.addBody = (bytes) => {
    const request = queue.peek();
    if (request) request.body += bytes.toString('latin1');
  };
  let broken = false;
  client.on('request', () => {
    if (broken || queue.size() === 0) return;
    broken = true;
    tell(BROKE);
  });
  client.on('timeout', () => {
    broken = true;
    tell({ is: 'lost-track', why: 'no answer came in time' });
  });
  const { method, path, headers } = doing.request(asker);
  const request: autocannon.Request = { method, path, headers: { ...asker.way.headers, ...headers } };
  let etag: string | undefined;
  if (doing.revalidates) {
    request.setupRequest = (next) =>
      etag === undefined ? next : { ...next, headers: { ...next.headers, 'if-none-match': etag } };
  }
  request.onResponse = (status, body, _context, answered) => {
    if (broken) return tell(BROKE);
    if (status === 304)
      return tell({ is: 'judged', breaches: etag === undefined ? [neverAsked(asker)] : [] });
    if (status < 200 || status > 299) return tell(withoutAnswer(status));
    etag = headerOf(answered, 'etag');
    tell({
      is: 'judged',
      breaches: judged(doing, asker, status, Buffer.from(body, 'latin1').toString('utf8')),
    });
  };
  client.setRequests([request]);
  return () => etag;
}

/** Too many at once, says the target. */
const OVERLOADED: ReadonlySet<number> = new Set([429, 503]);

/** What was made is to be there: that it is not, or cannot be told, is no refusal that a load may bring about. */
function withoutAnswer(status: number): Outcome {
  if (OVERLOADED.has(status)) return { is: 'refused', status };
  return { is: 'lost-track', why: `status ${status} for what had been made` };
}

function judged(doing: ShortDoing, asker: Asker, status: number, raw: string): Breach[] {
  try {
    return doing.judge(asker, { status, headers: {}, body: parsed(raw) } satisfies HttpAnswer, raw);
  } catch (error) {
    return [unreadable(asker, `${String(error).slice(0, 120)}: ${JSON.stringify(raw.slice(0, 80))}`)];
  }
}

function unreadable({ seat }: Asker, actual: string): Breach {
  const expected = 'an answer that can be read';
  return {
    checker: UNREADABLE,
    violation: { clause: 'view', expected, actual, place: 'delivery', where: seat.session, evidence: [] },
  };
}

function neverAsked(asker: Asker): Breach {
  return unreadable(asker, '304, although nothing was said to be there');
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

function headerOf(headers: object | undefined, name: string): string | undefined {
  for (const [key, value] of Object.entries(headers ?? {}))
    if (key.toLowerCase() === name) return String(value);
  return undefined;
}
