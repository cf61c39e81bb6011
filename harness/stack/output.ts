import type { ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';

/** What a process says on both its outputs: appended to its log, the last lines kept, each line told. */
export interface Output {
  /** At most 20, the newest last. */
  lines(): string[];
  /** Tells every line of standard output and standard error, those already said included. */
  onLine(listener: (line: string) => void): void;
  /** Resolves when both outputs are closed, or after `withinMs` where a descendant keeps them open. */
  drained(withinMs: number): Promise<void>;
}

const LINES_KEPT = 20;

export function keepOutput(process: ChildProcess, logFile: string): Output {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  // A full disk must not end the harness: the lines that are kept still tell what happened.
  log.on('error', () => {});
  const kept: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  const streams = [process.stdout!, process.stderr!];
  for (const stream of streams) {
    stream.on('error', () => {});
    stream.on('data', (bytes) => log.write(bytes));
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      if (kept.push(line) > LINES_KEPT) kept.shift();
      for (const listener of listeners) listener(line);
    });
  }
  const closed = Promise.allSettled(streams.map((stream) => finished(stream))).then(() => {
    log.end();
    return finished(log).catch(() => {});
  });
  return {
    lines: () => [...kept],
    onLine(listener) {
      for (const line of kept) listener(line);
      listeners.push(listener);
    },
    async drained(withinMs) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, withinMs);
      await Promise.race([closed, late]);
      clearTimeout(timer);
    },
  };
}
