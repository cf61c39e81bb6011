/**
 * The admin API: what was sent, and how far each seed may speak. For callers on this machine only.
 *
 *     GET  /admin/ledger                the calls that are kept, and how much was dropped
 *     GET  /admin/ledger/calls/{call}   one call, with each chunk
 *     GET  /admin/ledger/events?after=  the events, as NDJSON, going on live; with chunks=no without the chunks
 *     POST /admin/flush                 sequence number of the newest event
 *     GET  /admin/calls/active          how many calls are open
 *     PUT  /admin/gates/{seed}          { "allow": "none" | "all" | number }, see gates.ts; seed in decimal
 *     GET  /admin/gates/{seed}
 *     PUT  /admin/faults/{seed}         { "faults": "stall@3:500" | null }, see fault-sources.ts; seed in decimal
 *     GET  /admin/faults/{seed}
 *     PUT  /admin/faults                the same for all calls with a directive
 *     GET  /admin/faults
 *     GET  /admin/clock                 the clock of all times above, and the wall's
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { now } from './clock.ts';
import { MockLlmError } from './errors.ts';
import type { FaultSources } from './fault-sources.ts';
import { formatTimeline, parseTimeline, type Timeline } from './faults/timeline.ts';
import { follow } from './follow.ts';
import type { Allow, Gates } from './gates.ts';
import { isLoopback, readJson, sendJson } from './http.ts';
import type { Ledger } from './ledger.ts';

interface Visit {
  req: IncomingMessage;
  res: ServerResponse;
  /** What stands in the path where the route has a `*`. */
  name: string;
  query: URLSearchParams;
}
type Route = (visit: Visit) => void | Promise<void>;

export const ADMIN = '/admin/';

export function adminApi(
  ledger: Ledger,
  gates: Gates,
  faults: FaultSources,
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const sendFaults = (res: ServerResponse, seed: number | null): void => {
    const timeline = faults.get(seed);
    sendJson(res, 200, { seed, faults: timeline && formatTimeline(timeline) });
  };
  const setFaults = async (req: IncomingMessage, res: ServerResponse, seed: number | null): Promise<void> => {
    faults.set(seed, timelineIn(await readJson(req)));
    sendFaults(res, seed);
  };
  const routes: Record<string, Route> = {
    'GET /admin/ledger': ({ res }) =>
      sendJson(res, 200, { dropped: ledger.dropped, calls: [...ledger.calls()] }),
    'GET /admin/ledger/calls/*': ({ res, name }) => {
      const call = ledger.call(name);
      if (!call) throw new MockLlmError('ML_NO_CALL', { call: name });
      sendJson(res, 200, { ...call, sent: [...ledger.chunksOf(call)] });
    },
    'GET /admin/ledger/events': ({ res, query }) =>
      follow(ledger, afterIn(query, ledger.oldest - 1), res, query.get('chunks') !== 'no'),
    'POST /admin/flush': ({ res }) => sendJson(res, 200, { seq: ledger.last }),
    'GET /admin/calls/active': ({ res }) => sendJson(res, 200, { active: ledger.active }),
    'GET /admin/gates/*': ({ res, name }) => {
      const seed = seedIn(name);
      sendJson(res, 200, { seed, allow: gates.get(seed) });
    },
    'PUT /admin/gates/*': async ({ req, res, name }) => {
      const seed = seedIn(name);
      gates.set(seed, allowIn(await readJson(req)));
      sendJson(res, 200, { seed, allow: gates.get(seed) });
    },
    'GET /admin/faults': ({ res }) => sendFaults(res, null),
    'PUT /admin/faults': ({ req, res }) => setFaults(req, res, null),
    'GET /admin/faults/*': ({ res, name }) => sendFaults(res, seedIn(name)),
    'PUT /admin/faults/*': ({ req, res, name }) => setFaults(req, res, seedIn(name)),
    'GET /admin/clock': ({ res }) => sendJson(res, 200, { t: now(), wall: new Date().toISOString() }),
  };

  return async (req, res) => {
    const { remoteAddress } = req.socket;
    if (!isLoopback(remoteAddress)) {
      throw new MockLlmError('ML_NOT_LOOPBACK', { address: remoteAddress ?? 'an unknown address' });
    }
    const [path = '', query = ''] = (req.url ?? '').split('?', 2);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const exact = `${req.method} ${path}`;
    const route = routes[exact] ?? routes[`${exact.slice(0, exact.length - name.length)}*`];
    if (!route) {
      throw new MockLlmError('ML_NO_ROUTE', {
        method: req.method ?? '',
        path,
        routes: Object.keys(routes).join(', '),
      });
    }
    await route({ req, res, name, query: new URLSearchParams(query) });
  };
}

function seedIn(name: string): number {
  const seed = /^\d{1,10}$/.test(name) ? Number(name) : Number.NaN;
  if (seed <= 0xffffffff) return seed;
  throw invalid('seed', 'an unsigned 32-bit number in decimal', name);
}

function allowIn(body: unknown): Allow {
  const allow = typeof body === 'object' && body !== null && 'allow' in body ? body.allow : undefined;
  if (allow === 'none' || allow === 'all') return allow;
  if (typeof allow === 'number' && Number.isSafeInteger(allow) && allow >= 0) return allow;
  throw invalid('allow', '"none", "all", or how many chunks may be written', allow);
}

function timelineIn(body: unknown): Timeline | null {
  const text = typeof body === 'object' && body !== null && 'faults' in body ? body.faults : undefined;
  if (text === null) return null;
  if (typeof text === 'string') return parseTimeline(text);
  throw invalid('faults', 'a timeline of faults, "none", or null', text);
}

function afterIn(query: URLSearchParams, fallback: number): number {
  const after = query.get('after');
  if (after === null) return fallback;
  if (/^(-1|\d{1,15})$/.test(after)) return Number(after);
  throw invalid('after', 'a sequence number, or -1 for all', after);
}

function invalid(field: string, allowed: string, actual: unknown): MockLlmError {
  return new MockLlmError('ML_INVALID', { field, allowed, actual: JSON.stringify(actual) ?? 'missing' });
}
