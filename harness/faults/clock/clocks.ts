/** Leads the wall clocks of Node processes, each by the preload that it was started with. */
import { createServer, type Socket } from 'node:net';
import { extname } from 'node:path';
import { listen } from '../listen.ts';
import { CLOCK_MARK, formatMark } from './mark.ts';

export interface Clocks {
  /** Where the processes ask: connections there are none of their own. */
  port: number;
  /** What a process of that name must find in its environment, beside what it is given. */
  env(name: string, given: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
  /**
   * Sets how far ahead (negative: behind) the clock of that name is, ms, for what runs and for what is started later;
   * 0 is the true time. Resolves when it is in force in every process and thread of that name that is still there.
   *
   * @returns how many there are; 0: nothing has taken the preload
   */
  set(name: string, ahead: number): Promise<number>;
  close(): Promise<void>;
}

interface Led {
  name: string;
  socket: Socket;
  /** What it was told and has not confirmed, in order. */
  told: (() => void)[];
}

/** @throws HF_LISTEN */
export async function startClocks(): Promise<Clocks> {
  const ahead = new Map<string, number>();
  const all = new Set<Led>();
  const sockets = new Set<Socket>();

  function tell(led: Led): Promise<void> {
    return new Promise((confirmed) => {
      led.told.push(confirmed);
      led.socket.write(`${ahead.get(led.name) ?? 0}\n`);
    });
  }

  const server = createServer({ noDelay: true }, (socket) => {
    let led: Led | undefined;
    let rest = '';
    sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        if (led) led.told.shift()?.();
        else {
          led = { name: line, socket, told: [] };
          all.add(led);
          void tell(led);
        }
      }
    });
    // Processes are killed; `close` tells of it.
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (!led) return;
      all.delete(led);
      for (const gone of led.told) gone();
    });
  });
  const port = await listen(server, 'clocks');

  return {
    port,
    env: (name, given) => ({
      NODE_OPTIONS: [given.NODE_OPTIONS, `--import=${PRELOAD}`].filter(Boolean).join(' '),
      [CLOCK_MARK]: formatMark(port, name),
    }),
    async set(name, ms) {
      ahead.set(name, ms);
      const led = [...all].filter((each) => each.name === name);
      await Promise.all(led.map(tell));
      return led.length;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const PRELOAD = new URL(`./preload${extname(import.meta.url)}`, import.meta.url).href;
