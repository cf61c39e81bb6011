/**
 * How fast the mock LLM writes one unpaced stream, against a bare `node:http` loop that writes frames of the same
 * size: what oracle, ledger, gates and the turns of others cost. Each server is a process of its own, read by
 * this one; rounds alternate, so that both meet the same weather.
 *
 *     node bench/mock-llm.ts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { formatDirective } from '../mock-llm/directive.ts';
import { median } from './mock-llm-peers.ts';

const CHUNKS = 200_000;
const ROUNDS = 7;
const MOCK = new URL('../mock-llm/main.ts', import.meta.url).pathname;

/** Writes frames of the mock's average size, sixteen a turn, as fast as the reader reads. */
const BARE = `
  import { createServer } from 'node:http';
  const [frameBytes, chunks] = process.argv.slice(1).map(Number);
  const frame = 'data: ' + 'x'.repeat(frameBytes - 8) + '\\n\\n';
  const server = createServer((req, res) => {
    let left = chunks;
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const go = () => {
      for (let turn = 0; turn < 16; turn++) {
        if (left-- === 0) return res.end();
        if (!res.write(frame)) return res.once('drain', go);
      }
      setImmediate(go);
    };
    req.resume().once('end', go);
  });
  server.listen(0, '127.0.0.1', () =>
    console.log(JSON.stringify({ listening: 'http://127.0.0.1:' + server.address().port })));
`;

interface Server {
  url: string;
  process: ChildProcess;
}

async function start(...args: string[]): Promise<Server> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { url: JSON.parse(line).listening, process: child };
}

/** Reads one stream to its end; returns ms and bytes. */
function read(url: string, seed: number): Promise<{ ms: number; bytes: number }> {
  const content = formatDirective({ seed, chunks: CHUNKS });
  const started = performance.now();
  return new Promise((resolve, reject) => {
    let bytes = 0;
    request(`${url}/v1/chat/completions`, { method: 'POST', agent: false }, (res) => {
      res.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      res.once('end', () => resolve({ ms: performance.now() - started, bytes }));
    })
      .once('error', reject)
      .end(JSON.stringify({ model: 'any', stream: true, messages: [{ role: 'user', content }] }));
  });
}

export async function run(): Promise<void> {
  const mock = await start(MOCK);
  const { bytes } = await read(mock.url, 0);
  const bare = await start(
    '--input-type=module',
    '-e',
    BARE,
    String(Math.round(bytes / CHUNKS)),
    String(CHUNKS),
  );
  try {
    await read(bare.url, 0);
    const ms = { mock: [] as number[], bare: [] as number[] };
    for (let round = 1; round <= ROUNDS; round++) {
      ms.mock.push((await read(mock.url, round)).ms);
      ms.bare.push((await read(bare.url, round)).ms);
    }
    const perSecond = (values: number[]) => Math.round((CHUNKS / median(values)) * 1000);
    const ratios = ms.mock.map((value, round) => ms.bare[round]! / value);
    console.log(
      `one unpaced stream of ${CHUNKS} chunks, ${Math.round(bytes / CHUNKS)} bytes a frame, ${ROUNDS} rounds`,
    );
    console.log(`bare loop   ${perSecond(ms.bare)} chunks/s (median)`);
    console.log(`mock LLM    ${perSecond(ms.mock)} chunks/s (median)`);
    console.log(
      `ratio       ${median(ratios).toFixed(2)} (median of rounds; ${Math.min(...ratios).toFixed(2)} … ${Math.max(...ratios).toFixed(2)})`,
    );
  } finally {
    mock.process.kill();
    bare.process.kill();
  }
}

if (import.meta.main) await run();
