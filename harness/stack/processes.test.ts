import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../tests/support/alive.ts';
import { until } from '../../tests/support/until.ts';
import type { HoldfastError } from '../errors.ts';
import type { ProcessEvent, Recorded } from '../history/events.ts';
import { createSource } from '../history/recorder.ts';
import { type Guardian, startGuardian } from './guardian.ts';
import { type Child, type ProcessPlan, startProcess } from './processes.ts';
import { answersWell } from './ready.ts';

const SERVES = `console.log('{"listening":"http://127.0.0.1:4711"}'); setInterval(() => {}, 1000);`;
const DEAF = `process.on('SIGTERM', () => {}); ${SERVES}`;
/** With a child of its own, which it tells of and which would outlive it. */
const PARENT = `
  const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  console.log('child ' + pid);
  ${SERVES}`;

let guardian: Guardian;
let folder: string;

beforeAll(async () => {
  guardian = await startGuardian();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-processes-test-'));
  guardian.directory(folder);
});

afterAll(async () => {
  await guardian.close();
});

/** States of its process events, as they were recorded. */
type Story = Pick<ProcessEvent, 'state' | 'planned'>[];

let logs = 0;

async function start(
  script: string,
  more: Partial<ProcessPlan> = {},
): Promise<{ child: Child; story: Story; log: string }> {
  const story: Story = [];
  const log = join(folder, `${logs++}.log`);
  const child = await startProcess({
    name: 'subject',
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env.PATH },
    listening: /"listening":"([^"]+)"/,
    readyMs: 60_000,
    logFile: log,
    recorder: createSource('test', (event) => keep(story, event)),
    guardian,
    ...more,
  });
  onTestFinished(async () => void (await child.stop(0)));
  return { child, story, log };
}

function keep(story: Story, event: Recorded): void {
  if (event.type === 'process') story.push({ state: event.state, planned: event.planned });
}

test('a process is ready with the address that it says, and its outputs are in its log', async () => {
  const { child, story, log } = await start(`console.error('first on stderr'); ${SERVES}`);
  expect(child).toMatchObject({ name: 'subject', url: 'http://127.0.0.1:4711', alive: true });
  expect(isAlive(child.pid)).toBe(true);
  await child.stop();
  expect(child.alive).toBe(false);
  expect(readFileSync(log, 'utf8')).toContain('first on stderr\n');
  expect(story).toEqual([
    { state: 'started', planned: true },
    { state: 'ready', planned: true },
    { state: 'exited', planned: true },
  ]);
});

test('it is ready only when it answers, too', async () => {
  let asked = 0;
  const server = createServer((_, res) => res.writeHead(++asked < 3 ? 503 : 204).end());
  const url = await listen(server);
  await start(SERVES, { ready: () => answersWell(url, { method: 'GET', path: '/ready' }) });
  expect(asked).toBe(3);
});

test.for([
  ['says nothing', 'setInterval(() => {}, 1000)', undefined, 'the line that says where it listens'],
  [
    'says where and never answers',
    SERVES,
    () => Promise.reject(new Error('refused')),
    'an answer that it is ready',
  ],
  [
    'says where and leaves the question open',
    SERVES,
    () => new Promise<boolean>(() => {}),
    'an answer that it is ready',
  ],
] as const)('one that %s is not ready, and is ended', async ([, script, ready, waitedFor]) => {
  const story: Story = [];
  const recorder = createSource('test', (event) => keep(story, event));
  const failure = start(script, { recorder, readyMs: 500, ...(ready && { ready }) });
  await expect(failure).rejects.toMatchObject({
    code: 'HF_PROCESS_NOT_READY',
    message: expect.stringContaining(waitedFor),
  });
  expect(story.at(-1)?.state).toBe('exited');
});

test('one that dies before it is ready says how, and its last words', async () => {
  const failure = start(`console.error('no port left'); process.exit(3)`);
  await expect(failure).rejects.toMatchObject({
    code: 'HF_PROCESS_DIED',
    message: expect.stringMatching(/subject ended unexpectedly \(exit code 3\).*no port left/s),
  });
});

test('a program that does not exist is an error that says so', async () => {
  const failure = start('', { command: join(folder, 'no-such-program') });
  await expect(failure).rejects.toMatchObject({
    code: 'HF_PROCESS_DIED',
    message: expect.stringContaining('ENOENT'),
  });
});

test('an unplanned death is reported once, with the last words', async () => {
  const deaths: HoldfastError[] = [];
  const { child, story } = await start(
    `process.on('SIGUSR2', () => { console.log('woe'); process.exit(5) }); ${SERVES}`,
    {
      onDeath: (error) => deaths.push(error),
    },
  );
  process.kill(child.pid, 'SIGUSR2');
  expect(await child.exited).toEqual({ code: 5, signal: null });
  expect(deaths).toHaveLength(1);
  expect(deaths[0]).toMatchObject({ code: 'HF_PROCESS_DIED', message: expect.stringContaining('woe') });
  expect(story.at(-1)).toEqual({ state: 'exited', planned: false });
});

test('a planned kill is a fault, not an accident, and is recorded by whom it concerns', async () => {
  const theirs: Story = [];
  const { child, story } = await start(SERVES, { onDeath: (error) => expect.unreachable(error.message) });
  await child.kill('SIGKILL', {
    planned: true,
    recorder: createSource('play', (event) => keep(theirs, event)),
  });
  expect(child.alive).toBe(false);
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(story.map(({ state }) => state)).toEqual(['started', 'ready']);
  expect(theirs).toEqual([
    { state: 'killed', planned: true },
    { state: 'exited', planned: true },
  ]);
});

test('frozen and continued, it lives; an accident after that is an accident', async () => {
  const deaths: HoldfastError[] = [];
  const { child } = await start(SERVES, { onDeath: (error) => deaths.push(error) });
  await child.kill('SIGSTOP', { planned: true });
  await child.kill('SIGCONT', { planned: true });
  expect(child.alive).toBe(true);
  process.kill(child.pid, 'SIGKILL');
  await child.exited;
  expect(deaths).toHaveLength(1);
});

test.for([
  ['deaf to SIGTERM', DEAF, undefined],
  ['frozen', SERVES, 'SIGSTOP'],
] as const)('stop ends one that is %s, after the grace', async ([, script, first]) => {
  const { child } = await start(script);
  if (first) await child.kill(first, { planned: true });
  expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
});

test('one that does not end when asked is killed, and that is told', async () => {
  const { child, story } = await start(DEAF);
  await child.kill('SIGTERM', { planned: true });
  expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  expect(story.map(({ state }) => state)).toEqual(['started', 'ready', 'killed', 'killed', 'exited']);
});

test('stop may be called again, and of one that has ended', async () => {
  const { child } = await start(SERVES);
  const [one, other] = await Promise.all([child.stop(), child.stop()]);
  expect(one).toEqual({ code: null, signal: 'SIGTERM' });
  expect(other).toEqual(one);
  expect(await child.stop()).toEqual(one);
});

test('what it started itself ends with it, however it ends', async () => {
  const { child } = await start(PARENT);
  const grandchild = Number(/child (\d+)/.exec(child.lastLines().join('\n'))?.[1]);
  expect(isAlive(grandchild)).toBe(true);
  process.kill(child.pid, 'SIGKILL');
  await child.exited;
  await until('the grandchild to end', () => !isAlive(grandchild));
});

test.runIf(process.platform === 'linux')(
  'it leads a group of its own, which the terminal does not signal',
  async () => {
    const { child } = await start(SERVES);
    const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const [, , group, session] = stat;
    expect([group, session]).toEqual([String(child.pid), String(child.pid)]);
  },
);

test('a torrent of output neither blocks it nor is lost from the log', async () => {
  const { child, log } = await start(
    `for (let i = 0; i < 20000; i++) console.log('line ' + i + ' ' + 'x'.repeat(80)); ${SERVES}`,
  );
  expect(child.lastLines()).toHaveLength(20);
  await child.stop();
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(20_001);
  expect(lines[19_999]).toMatch(/^line 19999 x/);
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
