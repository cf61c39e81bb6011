/** The mock LLM: an LLM's API of which every chunk is known beforehand, and booked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ADMIN, adminApi } from './admin.ts';
import { Background } from './background.ts';
import { converse, type House } from './conversation.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { DIALECTS } from './dialects/registry.ts';
import { MockLlmError } from './errors.ts';
import { FaultSources, readFaultsFile } from './fault-sources.ts';
import { Gates } from './gates.ts';
import { messageOf, readJson, sendJson } from './http.ts';
import { Ledger } from './ledger.ts';
import { Turns } from './pace/turns.ts';
import { Wheel } from './pace/wheel.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';
import type { Recording } from './recording.ts';

export interface MockLlm {
  /** Origin, such as http://127.0.0.1:4711; the OpenAI-compatible base URL is that and `/v1`. */
  url: string;
  port: number;
  /** Ends all calls (as aborted) and connections, and stops listening. */
  close(): Promise<void>;
}

export interface MockLlmOptions {
  /** 0 (the default): any free one. */
  port?: number;
  /** 127.0.0.1 unless told. */
  host?: string;
  /** How many events of the ledger are kept, for who follows it later than they come; default: a million. */
  keepEvents?: number;
  /** How many ended calls are kept, to be asked for; default: ten thousand. */
  keepCalls?: number;
  /** Faults for calls that say nothing about them, see fault-sources.ts; `name` for errors. */
  faultsFile?: { name: string; text: string };
  /** Each answers the calls of its path that have no directive. */
  replays?: readonly Recording[];
  /** All calls are passed on, and recorded. */
  record?: RecorderOptions;
}

// A connection that is opened while the loop is busy waits here; the system's default is 511.
const BACKLOG = 8192;

/**
 * Starts one.
 *
 * @throws MockLlmError ML_LISTEN, ML_FILE
 */
export async function startMockLlm(options: MockLlmOptions = {}): Promise<MockLlm> {
  const { port = 0, host = '127.0.0.1', keepEvents, keepCalls, faultsFile, replays = [], record } = options;
  const house: House = {
    ledger: new Ledger({
      ...(keepEvents !== undefined && { events: keepEvents }),
      ...(keepCalls !== undefined && { calls: keepCalls }),
    }),
    gates: new Gates(),
    faults: new FaultSources(faultsFile && readFaultsFile(faultsFile.name, faultsFile.text)),
    wheel: new Wheel(),
    turns: new Turns(),
    background: new Background(),
    replays: new Map(replays.map((replay) => [replay.path, replay])),
  };
  const admin = adminApi(house.ledger, house.gates, house.faults);
  const recorder = record && new Recorder(record);
  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => refuse(req, res, error));
  });
  // An idle connection that is closed while the next request is on its way is a reset nobody asked for.
  server.keepAliveTimeout = 0;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (req.url ?? '').split('?', 2);
    const { method = '' } = req;
    if (path.startsWith(ADMIN)) return admin(req, res);
    if (method === 'GET' && path === METRICS) return sendMetrics(house.ledger, res);
    if (method === 'POST') {
      const dialect = DIALECTS.find((candidate) => candidate.path === path);
      if (dialect && recorder) return recorder.record(req, res);
      if (dialect) return converse(house, dialect, await readJson(req), req, res);
    }
    const document = DIALECTS.find(({ documents }) => Object.hasOwn(documents, path))?.documents[path];
    if (method === 'GET' && document !== undefined) return sendJson(res, 200, document);
    if (path.startsWith(BACKGROUND)) {
      const rest = path.slice(BACKGROUND.length);
      if (house.background.serve(method, rest, new URLSearchParams(query), res)) return;
    }
    throw new MockLlmError('ML_NO_ROUTE', { method, path, routes: routes().join(', ') });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new MockLlmError('ML_LISTEN', { address: `${host}:${port}`, what: error.message })),
    );
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        house.background.cancelAll();
        server.closeAllConnections();
      }),
  };
}

const METRICS = '/metrics';
const BACKGROUND = '/v1/responses';

function sendMetrics(ledger: Ledger, res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  res.end(ledger.totals.toPrometheus(ledger));
}

function refuse(req: IncomingMessage, res: ServerResponse, cause: unknown): void {
  if (req.destroyed && !req.complete) return;
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const error =
    cause instanceof MockLlmError
      ? cause
      : new MockLlmError('ML_INTERNAL', { what: messageOf(cause) }, { cause });
  const path = (req.url ?? '').split('?', 1)[0];
  const dialect = DIALECTS.find((candidate) => candidate.path === path) ?? openaiChat;
  sendJson(res, error.status, dialect.refusal(error));
}

function routes(): string[] {
  return [
    ...DIALECTS.flatMap(({ path, documents }) => [
      `POST ${path}`,
      ...Object.keys(documents).map((document) => `GET ${document}`),
    ]),
    `GET ${BACKGROUND}/{id}`,
    `POST ${BACKGROUND}/{id}/cancel`,
    `GET ${METRICS}`,
  ];
}
