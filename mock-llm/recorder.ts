/** Stands before a real provider: passes a call on, and writes down what comes back, when. */
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { now } from './clock.ts';
import { MockLlmError } from './errors.ts';
import { messageOf, readText } from './http.ts';
import { formatRecording, framesIn, type Head, inFrames } from './recording.ts';

export interface RecorderOptions {
  /** Base of the provider, to which the path of the call is added: https://api.openai.com */
  upstream: string;
  /** Folder of the recordings; made where it is missing. */
  folder: string;
}

/** What belongs to a connection, and not to the request that is passed on. */
const OWN_HEADERS = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'expect',
];
const SECRET_HEADERS = ['authorization', 'x-api-key', 'api-key'];

export class Recorder {
  readonly #options: RecorderOptions;
  #count = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** @throws MockLlmError ML_UPSTREAM, before anything is answered */
  async record(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const body = await readText(req);
    const begun = now();
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    const answer = await this.#ask(req, body, gone.signal);
    const contentType = answer.headers.get('content-type') ?? '';
    res.writeHead(answer.status, { 'content-type': contentType });
    const tape = new Tape(inFrames({ contentType }), begun);
    try {
      for await (const piece of answer.body ?? []) {
        tape.take(piece);
        if (!res.write(piece)) await once(res, 'drain', { signal: gone.signal });
      }
      tape.end('complete');
      res.end();
    } catch {
      tape.end('broken');
      res.destroy();
    }
    const path = (req.url ?? '').split('?', 1)[0]!;
    const head = { recording: 1, path, status: answer.status, contentType, ...askedIn(body) } as const;
    await this.#write(head, tape, secretsIn(req.headers));
  }

  async #ask(req: IncomingMessage, body: string, signal: AbortSignal): Promise<Response> {
    const headers = Object.entries(req.headers).filter(([name]) => !OWN_HEADERS.includes(name));
    const sent = headers.map(([name, value]): [string, string] => [name, String(value)]);
    try {
      return await fetch(this.#options.upstream.replace(/\/$/, '') + req.url, {
        method: 'POST',
        headers: [...sent, ['accept-encoding', 'identity']],
        body,
        signal,
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      throw new MockLlmError('ML_UPSTREAM', { what: messageOf(cause) }, { cause: error });
    }
  }

  async #write(head: Head, tape: Tape, secrets: readonly string[]): Promise<void> {
    const { folder } = this.#options;
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${this.#count++}.jsonl`;
    let text = formatRecording({ ...head, frames: tape.frames, end: tape.ended });
    // A provider that repeats the key in its error must not bring it into the file.
    for (const secret of secrets) text = text.replaceAll(secret, '[key]');
    await mkdir(folder, { recursive: true });
    // Whoever watches the folder sees whole recordings only.
    const unfinished = join(folder, `${name}.part`);
    await writeFile(unfinished, text);
    await rename(unfinished, join(folder, name));
  }
}

/** What came, in frames, each when its last byte came. */
class Tape {
  readonly frames: { t: number; frame: string }[] = [];
  ended: { t: number; how: 'complete' | 'broken' } = { t: 0, how: 'broken' };
  readonly #inFrames: boolean;
  readonly #begun: number;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(inFrames: boolean, begun: number) {
    this.#inFrames = inFrames;
    this.#begun = begun;
  }

  take(piece: Uint8Array): void {
    this.#rest += this.#decoder.decode(piece, { stream: true });
    if (!this.#inFrames) return;
    const { frames, rest } = framesIn(this.#rest);
    for (const frame of frames) this.#add(frame);
    this.#rest = rest;
  }

  end(how: 'complete' | 'broken'): void {
    if (this.#rest !== '') this.#add(this.#rest);
    this.ended = { t: this.#now(), how };
  }

  #add(frame: string): void {
    this.frames.push({ t: this.#now(), frame });
  }

  #now(): number {
    return Math.round((now() - this.#begun) * 10) / 10;
  }
}

function askedIn(body: string): { model: string; stream: boolean } {
  try {
    const { model, stream } = JSON.parse(body);
    return { model: String(model), stream: stream === true };
  } catch {
    return { model: '', stream: false };
  }
}

function secretsIn(headers: IncomingHttpHeaders): string[] {
  return SECRET_HEADERS.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [value.replace(/^Bearer\s+/i, '')] : [];
  }).filter((secret) => secret.length > 0);
}
