/**
 * What the machine and both programs' loops take by themselves: a server that has nothing to look up answers each request
 * with one event at once, and is asked as often as the real one is, meanwhile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { now } from '../../harness/history/index.ts';
import { Exchange } from '../../harness/load/engine/exchange.ts';
import type { Span } from './witness.ts';

/** ms */
const SILENCE = 30_000;

/**
 * Asks from `readers` places, each again after `every` ms, until it is aborted.
 *
 * @returns from the request to the first byte of each body
 */
export async function askBare(readers: number, every: number, until: AbortSignal): Promise<Span[]> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [port] = await once(createInterface(child.stdout), 'line');
    const way = { host: '127.0.0.1', port: Number(port), headers: {} };
    const taken: Span[] = [];
    const ask = async () => {
      while (!until.aborted) {
        await sleep(every);
        const asked = now();
        const came = await new Promise<number>((resolve, reject) => {
          const exchange = new Exchange(way, { method: 'GET', path: '/' }, SILENCE, {
            head() {},
            bytes(_bytes, _from, _to, at) {
              exchange.close();
              resolve(at);
            },
            over: (how, error) => reject(error ?? new Error(how)),
          });
        });
        taken.push({ from: asked, to: came });
      }
    };
    await Promise.all(Array.from({ length: readers }, (_, n) => sleep((n * every) / readers).then(ask)));
    return taken;
  } finally {
    child.kill();
  }
}

if (import.meta.main) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: chunk\ndata: {"text":"kelp"}\n\n');
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}
