/** Stands before a real provider: passes a call on, and writes down what comes back, when. */
import { once } from 'node:events';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { now } from './clock.ts';
import { MockLlmError } from './errors.ts';
import { messageOf, readText } from './http.ts';
import { framesIn, type Head, inFrames, keptHeaders, LINES } from './recording.ts';

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
    const { pieces, arrived } = held(answer.body);
    const contentType = answer.headers.get('content-type') ?? '';
    const headers = keptHeaders(answer.headers);
    const path = (req.url ?? '').split('?', 1)[0]!;
    const head = {
      recording: 1,
      path,
      status: answer.status,
      contentType,
      headers,
      ...askedIn(body),
    } as const;
    const tape = await Tape.begin(this.#nextFile(), { head, begun, secrets: secretsIn(req.headers) });
    res.writeHead(answer.status, { ...headers, 'content-type': contentType });
    // The caller is to see what came before a connection broke, be it the head alone.
    res.flushHeaders();
    let how: 'complete' | 'broken' = 'broken';
    try {
      // Not faster than the caller reads, nor than the file is written: so much and no more is in memory.
      for await (const piece of pieces) {
        const keepsUp = res.write(piece);
        await tape.take(piece);
        if (!keepsUp && res.writableNeedDrain) await once(res, 'drain', { signal: gone.signal });
      }
      how = await arrived;
    } catch {
      // The caller went away.
    }
    if (how === 'complete') res.end();
    else res.destroy();
    await tape.end(how);
  }

  #nextFile(): string {
    const name = `${new Date().toISOString().replaceAll(':', '-')}-${this.#count++}.jsonl`;
    return join(this.#options.folder, name);
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
}

const HELD_BYTES = 65_536;

/**
 * What comes, taken over as it comes: a body that breaks takes with it all of it that was not read yet.
 *
 * @returns its pieces, which end when it does, and how it did
 */
function held(body: Response['body']): {
  pieces: AsyncIterable<Uint8Array>;
  arrived: Promise<'complete' | 'broken'>;
} {
  const size = (piece: Uint8Array) => piece.length;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({}, undefined, {
    highWaterMark: HELD_BYTES,
    size,
  });
  const over = body?.pipeTo(writable, { preventAbort: true, preventClose: true }) ?? Promise.resolve();
  const arrived = over.then(
    () => 'complete' as const,
    () => 'broken' as const,
  );
  // Where nobody reads on there is nothing left to close.
  arrived.then(() => writable.close()).catch(() => {});
  return { pieces: readable, arrived };
}

/** Writes down what comes, in frames, each when its last byte came. */
class Tape {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #inFrames: boolean;
  readonly #begun: number;
  readonly #secrets: readonly string[];
  readonly #decoder = new TextDecoder();
  /** What of the last frame has come; of an answer in one piece, all of it. */
  #rest = '';

  private constructor(path: string, file: FileHandle, { head, begun, secrets }: Label) {
    this.#path = path;
    this.#file = file;
    this.#inFrames = inFrames(head);
    this.#begun = begun;
    this.#secrets = secrets;
  }

  static async begin(path: string, label: Label): Promise<Tape> {
    await mkdir(dirname(path), { recursive: true });
    // Whoever watches the folder sees whole recordings only.
    const tape = new Tape(path, await open(`${path}.part`, 'w'), label);
    await tape.#write(LINES.head(label.head));
    return tape;
  }

  async take(piece: Uint8Array): Promise<void> {
    this.#rest += this.#decoder.decode(piece, { stream: true });
    if (!this.#inFrames) return;
    const { frames, rest } = framesIn(this.#rest);
    this.#rest = rest;
    if (frames.length > 0) await this.#write(frames.map((frame) => LINES.frame(this.#now(), frame)).join(''));
  }

  async end(how: 'complete' | 'broken'): Promise<void> {
    const last = this.#rest === '' ? '' : LINES.frame(this.#now(), this.#rest);
    await this.#write(last + LINES.end(this.#now(), how));
    await this.#file.close();
    await rename(`${this.#path}.part`, this.#path);
  }

  async #write(lines: string): Promise<void> {
    let text = lines;
    // A provider that repeats the key in its error must not bring it into the file.
    for (const secret of this.#secrets) text = text.replaceAll(secret, '[key]');
    await this.#file.writeFile(text);
  }

  #now(): number {
    return Math.round((now() - this.#begun) * 10) / 10;
  }
}

interface Label {
  head: Head;
  /** When the request came, ms. */
  begun: number;
  secrets: readonly string[];
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
