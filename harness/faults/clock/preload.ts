/**
 * Runs in the target's process before its program does (`node --import`), and has its wall clock led by the harness:
 *
 *     target ── its name ───────────▶ harness
 *            ◀─ how far ahead, ms ───          at once, and whenever that changes
 *            ── the same, in force ──▶
 *
 * Where the harness is not there, the process has the true time and is none the worse.
 */
import { connect } from 'node:net';
import { CLOCK_MARK, parseMark } from './mark.ts';
import { shiftDate } from './shift-date.ts';

const { port, name } = parseMark(process.env[CLOCK_MARK] ?? '');
const set = shiftDate(globalThis);
// The first word comes before the program begins: one that is started with a wrong clock never knows another.
await new Promise<void>((begin) => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let rest = '';
  socket.setEncoding('utf8');
  socket.write(`${name}\n`);
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      set(Number(line));
      socket.write(`${line}\n`);
    }
    if (lines.length === 0) return;
    // It keeps no process alive.
    socket.unref();
    begin();
  });
  socket.on('error', () => begin());
  socket.on('close', () => begin());
});
