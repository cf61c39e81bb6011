/** The program of a worker. It ends with the channel to its conductor, however that ends. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { loadConfig } from '../../config.ts';
import { reference } from '../../targets/reference.ts';
import type { FromWorker, Setup, ToWorker } from './messages.ts';
import { Worker } from './worker.ts';

const BEAT_EVERY = 1_000;

const tell = (message: FromWorker) => void process.send?.(message);
process.on('disconnect', () => process.exit());
// What the terminal sends to all is for the conductor to deal with.
process.on('SIGINT', () => {});
const fail = (error: unknown) => {
  tell({ type: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
};
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

let worker: Worker | undefined;
let closeHistory = async () => {};

async function prepare(setup: Setup): Promise<void> {
  // Where no file was named, the one of this folder counts here as it does for whoever started this.
  const { target = reference } = await loadConfig(setup.config ?? undefined);
  const history = createWriteStream(setup.history, { flags: 'ax' });
  closeHistory = async () => {
    history.end();
    await once(history, 'close');
  };
  worker = new Worker({ ...setup, target, write: (event) => history.write(`${JSON.stringify(event)}\n`) });
  tell({ type: 'ready' });
}

async function run(worker: Worker, at: number): Promise<void> {
  const beating = setInterval(() => tell({ type: 'beat', beat: worker.beat() }), BEAT_EVERY);
  await worker.run(at);
  clearInterval(beating);
  tell({ type: 'beat', beat: worker.beat() });
  await worker.close();
  await closeHistory();
  tell({ type: 'done', ...worker.result() });
}

process.on('message', (message: ToWorker) => {
  if (message.type === 'setup') prepare(message.setup).catch(fail);
  else if (worker) obey(worker, message);
});

function obey(worker: Worker, message: Exclude<ToWorker, { type: 'setup' }>): void {
  switch (message.type) {
    case 'way':
      worker.setOrigin(message.origin);
      break;
    case 'start':
      void run(worker, message.at).catch(fail);
      break;
    case 'events':
      worker.take(message.events);
      break;
    case 'cut':
      tell({ type: 'hit', kind: message.kind, live: worker.cutAll(message.kind) });
      break;
    case 'heal':
      worker.healAll();
      break;
    case 'hit':
      tell({ type: 'hit', kind: message.kind, live: worker.hit(message.kind) });
      break;
    case 'drain':
      worker.drain();
  }
}
