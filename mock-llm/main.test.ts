import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startRig } from './testing/rig.ts';

function run(...args: string[]) {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  'says where it listens; %s ends it cleanly, open calls and all',
  async (signal) => {
    const child = run();
    const [line] = await once(createInterface(child.stdout), 'line');
    const { listening } = JSON.parse(line);
    expect(listening).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);

    const events = await fetch(`${listening}/admin/ledger/events`);
    const broken = expect(events.text()).rejects.toThrow();
    const exit = once(child, 'exit');
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    await broken;
  },
);

test('no more of the ledger is kept than it is told to', async () => {
  const child = run('--keep-events', '4096', '--keep-calls', '1');
  const [line] = await once(createInterface(child.stdout), 'line');
  const { listening } = JSON.parse(line);
  const ask = () =>
    fetch(`${listening}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'm',
        stream: true,
        messages: [{ role: 'user', content: '[[holdfast seed=z chunks=5000]]' }],
      }),
    }).then((answer) => answer.text());
  for (let n = 0; n < 3; n++) expect(await ask()).toContain('[DONE]');
  const { dropped } = (await (await fetch(`${listening}/admin/ledger`)).json()) as {
    dropped: { events: number; calls: number };
  };
  expect(dropped.events).toBeGreaterThan(0);
  expect(dropped.calls).toBe(2);
});

test('a port that is taken: a sentence, and 70', async () => {
  const { port } = await startRig();
  expect(await outcome(run('--port', String(port)))).toEqual({
    code: 70,
    out: '',
    error: expect.stringMatching(/^ML_LISTEN: .*127\.0\.0\.1:\d+: listen EADDRINUSE/),
  });
});

test.each<[args: string[], says: string]>([
  [['--port', 'x'], '--port must be a number from 0 to 65535, not "x"'],
  [['--port', '65536'], '--port must be'],
  [['--keep-calls', '0'], '--keep-calls must be a number from 1 to 999999999, not "0"'],
  [['--prt', '1'], "Unknown option '--prt'"],
  [['loud'], "Unexpected argument 'loud'"],
])('%j: a sentence, and 64', async (args, says) => {
  const { code, error } = await outcome(run(...args));
  expect(error).toMatch(/^ML_USAGE: .*Usage: /);
  expect(error).toContain(says);
  expect(code).toBe(64);
});

async function outcome(child: ReturnType<typeof run>) {
  const [[code], out, error] = await Promise.all([
    once(child, 'exit'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, out, error };
}
