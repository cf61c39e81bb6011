/**
 * Program: reads what it is charged with from its standard input and, when that ends — in whatever way the harness
 * ended — cleans up what was not released. It lives in a session of its own and outlasts every polite signal, so
 * that the harness is always the first to go.
 */
import { createInterface } from 'node:readline';
import { type Charge, cleanUp, type GuardianMessage } from './charges.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => {});

process.stdout.write('ready\n');

const mark = process.argv[2]!;
const held = new Map<number, Charge>();
try {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = parse(line);
    if (!message) continue;
    if ('hold' in message) held.set(message.hold, message.charge);
    else held.delete(message.release);
  }
} catch {
  // A pipe that breaks has ended, too.
}
await cleanUp([...held.values()], mark);
process.exit(0);

/** The last line may be cut off where the harness was killed while writing it. */
function parse(line: string): GuardianMessage | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
