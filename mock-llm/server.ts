/** The mock LLM: an LLM's API of which every chunk is known beforehand, and booked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ADMIN, adminApi } from './admin.ts';
import { auxiliaryAnswer, directedAnswer } from './answer.ts';
import { inOnePiece, streamed } from './delivery.ts';
import type { Dialect } from './dialects/dialect.ts';
import { openaiChat } from './dialects/openai-chat.ts';
import { parseDirective } from './directive.ts';
import { MockLlmError } from './errors.ts';
import { Gates } from './gates.ts';
import { messageOf, readJson, sendJson } from './http.ts';
import { Ledger } from './ledger.ts';
import { Speaker } from './speaker.ts';

const DIALECTS: readonly Dialect[] = [openaiChat];

export interface MockLlm {
  /** Origin, such as http://127.0.0.1:4711; the OpenAI-compatible base URL is that and `/v1`. */
  url: string;
  port: number;
  /** Ends all calls (as aborted) and connections, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts one.
 *
 * @param options `port` 0 (the default): any free one; `host`: 127.0.0.1 unless told
 * @throws MockLlmError ML_LISTEN
 */
export async function startMockLlm(options: { port?: number; host?: string } = {}): Promise<MockLlm> {
  const { port = 0, host = '127.0.0.1' } = options;
  const ledger = new Ledger();
  const gates = new Gates();
  const admin = adminApi(ledger, gates);
  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => refuse(req, res, error));
  });
  // An idle connection that is closed while the next request is on its way is a reset nobody asked for.
  server.keepAliveTimeout = 0;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = pathOf(req);
    if (path.startsWith(ADMIN)) return admin(req, res);
    if (req.method === 'POST') {
      const dialect = DIALECTS.find((candidate) => candidate.path === path);
      if (dialect) return converse(dialect, req, res);
    }
    const document = DIALECTS.find(({ documents }) => Object.hasOwn(documents, path))?.documents[path];
    if (req.method === 'GET' && document !== undefined) return sendJson(res, 200, document);
    throw new MockLlmError('ML_NO_ROUTE', { method: req.method ?? '', path, routes: routes().join(', ') });
  }

  async function converse(dialect: Dialect, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const question = dialect.read(await readJson(req));
    const directive = parseDirective(question.prompt);
    const call = ledger.open(directive?.seed ?? null);
    const answer = directive ? directedAnswer(directive, call.attempt) : auxiliaryAnswer;
    const parts = { res, answer, script: question.script(answer), call, ledger };
    const delivery = question.stream ? streamed(parts) : inOnePiece(parts);
    new Speaker({ res, answer, call, delivery, gates, ledger }).speak();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new MockLlmError('ML_LISTEN', { address: `${host}:${port}`, what: error.message })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
  const dialect = DIALECTS.find(({ path }) => path === pathOf(req)) ?? openaiChat;
  sendJson(res, error.status, dialect.refusal(error));
}

function routes(): string[] {
  return DIALECTS.flatMap(({ path, documents }) => [
    `POST ${path}`,
    ...Object.keys(documents).map((document) => `GET ${document}`),
  ]);
}

function pathOf(req: IncomingMessage): string {
  return (req.url ?? '').split('?', 1)[0] ?? '';
}
