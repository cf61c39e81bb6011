/** What the tests on the wire have in common: a mock that ends with the test, and its ledger to wait by. */
import { onTestFinished } from 'vitest';
import { formatDirective } from '../directive.ts';
import type { Allow } from '../gates.ts';
import type { Call, LedgerEvent, Limits } from '../ledger.ts';
import { startMockLlm } from '../server.ts';

export type LedgerLine = LedgerEvent | { type: 'alive'; seq: number; t: number };

export interface Rig {
  url: string;
  port: number;
  /** POSTs a chat completion. */
  chat(prompt: string, options?: ChatOptions): Promise<Response>;
  gate(seed: number, allow: Allow): Promise<void>;
  ledger(): Promise<{ dropped: Limits; calls: Call[] }>;
  call(id: string): Promise<Call & { sent: { i: number; t: number; bytes: number }[] }>;
  active(): Promise<number>;
  /** Lines of the ledger as they come. */
  lines(after?: number): AsyncGenerator<LedgerLine>;
  /** Waits for the first event, from the beginning of the ledger, that has these fields. */
  event<T extends LedgerEvent['type']>(type: T, fields?: object): Promise<Extract<LedgerEvent, { type: T }>>;
}

/** The body of a refusal. */
export interface Refusal {
  error: { message: string; type: string; param: null; code: string };
}

interface ChatOptions {
  stream?: boolean;
  signal?: AbortSignal;
}

export async function startRig(): Promise<Rig> {
  const mock = await startMockLlm();
  onTestFinished(() => mock.close());
  const { url, port } = mock;
  const get = async <T>(path: string) => (await (await fetch(url + path)).json()) as T;
  const lines = (after = -1) => linesOf(`${url}/admin/ledger/events?after=${after}`);
  return {
    url,
    port,
    lines,
    chat: (prompt, { stream = true, signal } = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'any', stream, messages: [{ role: 'user', content: prompt }] }),
        ...(signal && { signal }),
      }),
    async gate(seed, allow) {
      const answer = await fetch(`${url}/admin/gates/${seed}`, {
        method: 'PUT',
        body: JSON.stringify({ allow }),
      });
      if (answer.status !== 200) throw new Error(await answer.text());
    },
    ledger: () => get('/admin/ledger'),
    call: (id) => get(`/admin/ledger/calls/${id}`),
    active: async () => (await get<{ active: number }>('/admin/calls/active')).active,
    async event(type, fields = {}) {
      for await (const line of lines()) {
        const wanted = Object.entries({ type, ...fields });
        const values = line as unknown as Record<string, unknown>;
        if (wanted.every(([name, value]) => values[name] === value)) return line as never;
      }
      throw new Error(`the ledger ended before ${type} ${JSON.stringify(fields)}`);
    },
  };
}

async function* linesOf(url: string): AsyncGenerator<LedgerLine> {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(await answer.text());
  let rest = '';
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop()!;
    for (const line of parts) yield JSON.parse(line);
  }
}

export function prompt(seed: number, chunks: number, more: { gap?: number; first?: number } = {}): string {
  return `What holds kelp to the rock? ${formatDirective({ seed, chunks, ...more })}`;
}

/** Content deltas of a streamed answer; `complete` tells whether it came to its [DONE]. */
export async function received(answer: Response): Promise<{ chunks: string[]; complete: boolean }> {
  const frames = framesOf(await answer.text());
  return { chunks: contentOf(frames), complete: frames.at(-1) === 'data: [DONE]' };
}

export function framesOf(body: string): string[] {
  return body.split('\n\n').filter((frame) => frame !== '');
}

export function contentOf(frames: readonly string[]): string[] {
  const chunks: string[] = [];
  for (const frame of frames) {
    if (frame === 'data: [DONE]') continue;
    const content = JSON.parse(frame.slice('data: '.length)).choices[0]?.delta.content;
    if (typeof content === 'string') chunks.push(content);
  }
  return chunks;
}
