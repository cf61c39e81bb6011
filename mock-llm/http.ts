/** The little of HTTP that both APIs need. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MockLlmError } from './errors.ts';

const BODY_LIMIT = 8 * 1024 * 1024;

/**
 * Reads a JSON body.
 *
 * @throws MockLlmError ML_TOO_LARGE, ML_NOT_JSON; whatever the socket throws where the caller goes away
 */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const text = await readText(req);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MockLlmError('ML_NOT_JSON', { what: messageOf(error) });
  }
}

/** @throws MockLlmError ML_TOO_LARGE; whatever the socket throws where the caller goes away */
export function readText(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const take = (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= BODY_LIMIT) pieces.push(piece);
      // The rest is read and thrown away: closing instead would reset the connection, and the answer with it.
      else if (pieces.length > 0) {
        pieces.length = 0;
        reject(new MockLlmError('ML_TOO_LARGE', { limit: BODY_LIMIT }));
      }
    };
    // The request lives as long as the answer to it: it is to keep nothing of the body.
    const end = () => {
      req.off('data', take).off('end', end).off('error', reject);
      resolve(Buffer.concat(pieces).toString());
    };
    req.on('data', take).on('end', end).on('error', reject);
  });
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether an address of a socket's peer is of this machine. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127(\.\d{1,3}){3}$|^::1$/.test(address);
}
