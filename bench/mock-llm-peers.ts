/** The servers that the benchmarks of the mock LLM compare, each a process of its own, and who reads them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { formatDirective } from '../mock-llm/directive.ts';

export interface Peer {
  name: string;
  port: number;
  process: ChildProcess;
  /** What a caller asks, so that it gets the answer that all peers give. */
  body(seed: number): string;
}

export interface Load {
  chunks: number;
  /** ms between two chunks; 0: as fast as the reader reads. */
  gap: number;
}

/** Bytes of an average frame of the mock LLM. */
const FRAME_BYTES = 190;
const PATH = '/v1/chat/completions';
const SERVER = new URL('../mock-llm/server.ts', import.meta.url).href;

/** What each of them tells of itself when it is asked. */
export interface Usage {
  /** CPU time so far, µs. */
  cpu: number;
  /** Bytes that are in use, on the heap and of buffers outside of it, after all garbage was collected. */
  memory: number;
  /** Bytes that the system has given it. */
  resident: number;
}

const TELLING = `
  process.on('message', async (what) => {
    // What one collection sets free may hold on to more until the next turn.
    for (let turn = 0; what === 'memory' && turn < 4; turn++) await new Promise((next) => setImmediate(() => next(gc())));
    const { user, system } = process.cpuUsage();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send({ cpu: user + system, memory: heapUsed + external, resident: rss });
  });
`;

const MOCK = `
  import { startMockLlm } from ${JSON.stringify(SERVER)};
  const { url } = await startMockLlm();
  console.log(JSON.stringify({ listening: url }));
`;

/** A bare loop: frames of the same size on absolute deadlines, one ring of slots; unpaced, a stream in one tick. */
const BARE = `
  import { createServer } from 'node:http';
  const [chunks, gap, frameBytes] = process.argv.slice(1).map(Number);
  const frame = 'data: ' + 'x'.repeat(frameBytes - 8) + '\\n\\n';
  const slots = Array.from({ length: 1024 }, () => []);
  let turned = Math.floor(performance.now());
  const sleep = (stream) => slots[Math.max(Math.ceil(stream.due), turned + 1) % 1024].push(stream);
  const turn = () => {
    const until = Math.floor(performance.now());
    while (turned < until) {
      const due = slots[++turned % 1024].splice(0);
      for (const stream of due) {
        stream.res.write(frame);
        if (--stream.left === 0) stream.res.end();
        else { stream.due += gap; sleep(stream); }
      }
    }
  };
  if (gap > 0) setInterval(turn, 1);
  const server = createServer((req, res) => {
    req.resume().once('end', () => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.flushHeaders();
      if (gap > 0) return sleep({ res, left: chunks, due: performance.now() + gap });
      for (let i = 0; i < chunks; i++) res.write(frame);
      res.end();
    });
  });
  server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () =>
    console.log(JSON.stringify({ listening: 'http://127.0.0.1:' + server.address().port })));
`;

const AIMOCK = `
  import { LLMock } from '@copilotkit/aimock';
  const [chunks, gap] = process.argv.slice(1).map(Number);
  const mock = new LLMock({ port: 0, host: '127.0.0.1', latency: gap, chunkSize: 13 });
  mock.onMessage(/.*/, { content: 'x'.repeat(13 * chunks) }, { streamingProfile: { ttft: 0 } });
  await mock.start();
  console.log(JSON.stringify({ listening: mock.url }));
`;

async function start(name: string, code: string, args: string[], body: Peer['body']): Promise<Peer> {
  const inline = ['--expose-gc', '--input-type=module', '-e', `${TELLING}\n${code}`];
  const child = spawn(process.execPath, [...inline, ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    cwd: new URL('..', import.meta.url).pathname,
  });
  const [line] = await once(createInterface(child.stdout!), 'line');
  const { port } = new URL(JSON.parse(line).listening);
  return { name, port: Number(port), process: child, body };
}

function asking(content: string): string {
  return JSON.stringify({ model: 'any', stream: true, messages: [{ role: 'user', content }] });
}

export function startPeers({ chunks, gap }: Load): Promise<Peer[]> {
  const plain = () => asking('What holds kelp to the rock?');
  const load = [String(chunks), String(gap)];
  return Promise.all([
    start('bare loop', BARE, [...load, String(FRAME_BYTES)], plain),
    start('mock LLM', MOCK, [], (seed) => asking(formatDirective({ seed, chunks, gap, first: gap }))),
    start('aimock', AIMOCK, load, plain),
  ]);
}

export async function usageOf(peer: Peer, what: 'cpu' | 'memory'): Promise<Usage> {
  const told = once(peer.process, 'message');
  peer.process.send(what);
  const [usage] = await told;
  return usage as Usage;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export interface Heard {
  frames: number;
  ended: boolean;
}

/**
 * Reads one stream over HTTP/1.0, told of each frame; ends with the connection or with `signal`.
 *
 * @param onOpen the head of the answer is there
 */
export function listen(
  peer: Peer,
  seed: number,
  signal: AbortSignal,
  onFrames: (count: number) => void,
  onOpen: () => void = () => {},
): Promise<Heard> {
  return new Promise((resolve) => {
    const heard: Heard = { frames: 0, ended: false };
    const socket = connect(peer.port, '127.0.0.1');
    const stop = () => void socket.destroy();
    let last = 0;
    socket.once('connect', () => {
      const body = peer.body(seed);
      socket.write(
        `POST ${PATH} HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    });
    socket.once('data', onOpen);
    socket.on('data', (piece) => {
      let count = 0;
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) {
        if ((at === 0 ? last : piece[at - 1]) === 10) count++;
      }
      last = piece.at(-1) ?? last;
      heard.frames += count;
      if (count > 0) onFrames(count);
    });
    socket.once('end', () => {
      heard.ended = true;
    });
    socket.once('error', () => {});
    socket.once('close', () => {
      signal.removeEventListener('abort', stop);
      resolve(heard);
    });
    signal.addEventListener('abort', stop);
  });
}
