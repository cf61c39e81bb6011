import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { formatDirective } from '../../mock-llm/directive.ts';
import { isAlive } from '../../tests/support/alive.ts';
import { until } from '../../tests/support/until.ts';
import type { HoldfastError } from '../errors.ts';
import { createSource, type Recorded, type TargetCapabilities } from '../history/index.ts';
import type { Surroundings, Target } from '../targets/target.ts';
import { type Guardian, startGuardian } from './guardian.ts';
import { external } from './postgres/external.ts';
import type { PostgresServer } from './postgres/provider.ts';
import { type Linked, type Stack, startStack } from './stack.ts';

/** Asks its database who it is, forwards its body to the LLM, keeps a connection open on demand. */
const PROGRAM = `
  const pg = require(process.env.PG);
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  pool.on('error', () => {});
  const kept = [];
  require('node:http').createServer(async (req, res) => {
    try {
      if (req.url === '/database') return res.end((await pool.query('SELECT current_database() AS name')).rows[0].name);
      if (req.url === '/time') return res.end(String(Date.now()));
      if (req.url === '/keep') {
        const socket = require('node:net').connect(req.socket.localPort, '127.0.0.1', () => res.end());
        return kept.push(socket);
      }
      if (req.url === '/ask') {
        const headers = { 'content-type': 'application/json' };
        let body = '';
        for await (const part of req) body += part;
        const answer = await fetch(process.env.LLM_URL + '/chat/completions', { method: 'POST', headers, body });
        return res.end(await answer.text());
      }
      res.end(process.env.PERSISTENCE + ' ' + process.env.DEFECTS);
    } catch (error) {
      res.writeHead(500).end(String(error));
    }
  }).listen(0, '127.0.0.1', function () { console.log('serving on http://127.0.0.1:' + this.address().port); });`;

const unused = () => {
  throw new Error('the stack has no business with it');
};

function target(more: Partial<Target> = {}): Target {
  return {
    name: 'forwarder',
    capabilities: unused,
    persistence: ['only'],
    framing: 'sse',
    ready: { method: 'GET', path: '/' },
    users: [
      { name: 'a', headers: {} },
      { name: 'b', headers: {} },
    ],
    launch: ({ databaseUrl, llmUrl, persistence, defects }: Surroundings) => ({
      command: process.execPath,
      args: ['-e', PROGRAM],
      env: {
        PG: createRequire(import.meta.url).resolve('pg'),
        DATABASE_URL: databaseUrl,
        LLM_URL: llmUrl,
        PERSISTENCE: persistence,
        DEFECTS: defects.join(),
      },
      listening: /serving on (\S+)/,
    }),
    decode: () => ({}),
    createSession: unused,
    session: unused,
    send: unused,
    open: unused,
    history: unused,
    answers: unused,
    refusal: unused,
    ...more,
  };
}

let guardian: Guardian;
let postgres: PostgresServer;
let runDir: string;

beforeAll(async () => {
  guardian = await startGuardian();
  vi.stubEnv('DATABASE_URL', inject('postgresAdminUrl'));
  runDir = mkdtempSync(join(tmpdir(), 'holdfast-stack-test-'));
  guardian.directory(runDir);
  postgres = await external.start({ guardian, recorder: createSource('test', () => {}), logFile: '' });
});

afterAll(async () => {
  await postgres.stop();
  await guardian.close();
});

async function started(
  adapter = target(),
  onDeath: (error: HoldfastError) => void = (error) => expect.unreachable(error.message),
  clocks = false,
  linked?: readonly Linked[],
) {
  const history: Recorded[] = [];
  const ledger = createSource('llm', (event) => history.push(event));
  const stack = await startStack({
    target: adapter,
    persistence: 'only',
    defects: ['forgets', 'stutters'],
    postgres,
    runDir,
    recorder: createSource('stack', (event) => history.push(event)),
    recorderFor: () => ledger,
    guardian,
    onDeath,
    clocks,
    ...(linked && { linked }),
  });
  onTestFinished(() => stack.stop());
  return { stack, history };
}

const get = async (stack: Stack, path: string) => (await fetch(`${stack.target.url}${path}`)).text();

function ask(stack: Stack, seed: number): Promise<Response> {
  const content = formatDirective({ seed, chunks: 3 });
  const body = JSON.stringify({ model: 'mock', stream: true, messages: [{ role: 'user', content }] });
  return fetch(`${stack.target.url}/ask`, { method: 'POST', body });
}

async function databaseNames(): Promise<string[]> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>('SELECT datname FROM pg_database');
  await client.end();
  return rows.map(({ datname }) => datname);
}

test('a target is started between its links, told its surroundings, and reached through the proxy', async () => {
  const prepared: Surroundings[] = [];
  const { stack } = await started(
    target({ prepare: async (surroundings) => void prepared.push(surroundings) }),
  );
  const name = new URL(stack.databaseUrl).pathname.slice(1);
  expect(await get(stack, '/database')).toBe(name);
  expect(stack.links.database.connections()).toBe(1);
  expect(prepared.map(({ databaseUrl }) => databaseUrl)).toEqual([stack.databaseUrl]);
  const device = await stack.proxy.device('laptop');
  expect(await (await fetch(device.url)).text()).toBe('only forgets,stutters');
});

test('a target that goes by no link is started again once it is to, and goes by them from then on', async () => {
  const { stack } = await started(target(), undefined, false, []);
  const before = stack.target;
  await get(stack, '/database');
  expect(stack.links.database.connections()).toBe(0);
  expect([...stack.linked]).toEqual([]);
  await stack.link(['database', 'llm']);
  expect(before.alive).toBe(false);
  await get(stack, '/database');
  expect(stack.links.database.connections()).toBe(1);
  const { pid } = stack.target;
  await stack.link(['database']);
  expect(stack.target.pid).toBe(pid);
});

test('the LLM is reached through its link, led by its barriers, and its ledger is recorded', async () => {
  const { stack, history } = await started();
  await stack.llm.allow(9, 1);
  const answer = ask(stack, 9);
  await stack.llm.held(9, 1);
  expect(stack.links.llm.connections()).toBe(1);
  expect((await stack.gauges())[0]).toEqual({ name: 'llm-calls', value: 1 });
  await stack.llm.allow(9, 'all');
  expect(await (await answer).text()).toContain('[DONE]');
  await stack.llm.settled();
  expect(history.filter(({ type }) => type === 'llm.chunk')).toHaveLength(3);
});

test('after stop no process, no database and no port of it is left; its logs are', async () => {
  const { stack, history } = await started();
  const { url } = stack.target;
  const name = new URL(stack.databaseUrl).pathname.slice(1);
  expect(await databaseNames()).toContain(name);
  await stack.stop();
  await stack.stop();
  expect(await databaseNames()).not.toContain(name);
  await expect(fetch(url)).rejects.toThrow();
  for (const event of history) if (event.type === 'process') expect(isAlive(event.pid!)).toBe(false);
  expect(readdirSync(runDir)).toEqual(['llm-only.log', 'target-only.log']);
});

test('a killed target is started again, on another port, and the proxy follows', async () => {
  const play: Recorded[] = [];
  const recorder = createSource('play', (event) => play.push(event));
  const { stack } = await started();
  const device = await stack.proxy.device('laptop');
  const before = stack.target;
  await stack.killTarget('SIGKILL', recorder);
  expect(before.alive).toBe(false);
  await stack.restartTarget(recorder);
  expect(stack.target.pid).not.toBe(before.pid);
  expect(await (await fetch(device.url)).text()).toBe('only forgets,stutters');
  const states = play.flatMap((event) => (event.type === 'process' ? [[event.state, event.planned]] : []));
  expect(states).toEqual([
    ['killed', true],
    ['exited', true],
    ['started', true],
    ['ready', true],
  ]);
});

test('a second instance is on the same database, led to on demand, killed and counted by itself, and retired', async () => {
  const { stack, history } = await started();
  const sockets = async () =>
    (await stack.gauges()).find(({ name }) => name === 'target-sockets')?.value ?? 0;
  const settled = (count: number) =>
    until(`${count} sockets`, async () => process.platform !== 'linux' || (await sockets()) === count);
  await settled(1);
  await stack.restartTarget(undefined, 1);
  await settled(2);
  const [first, second] = stack.instances;
  expect(first).toBe(stack.target);
  expect(second!.name).toBe('target-2');
  const device = await stack.proxy.device('laptop');
  device.route(1);
  const name = new URL(stack.databaseUrl).pathname.slice(1);
  expect(await (await fetch(`${device.url}/database`)).text()).toBe(name);
  await stack.killTarget('SIGKILL', undefined, 1);
  expect([first!.alive, second!.alive]).toEqual([true, false]);
  expect((await fetch(device.url)).status).toBe(502);
  await stack.restartTarget(undefined, 1);
  expect((await fetch(device.url)).status).toBe(200);
  const pid = stack.instances[1]!.pid;
  await stack.retireOthers();
  expect([isAlive(pid), stack.instances.length, stack.target.alive]).toEqual([false, 1, true]);
  expect(history.filter((event) => event.type === 'process' && !event.planned)).toEqual([]);
});

test('the clock of an instance is moved, that of what is started in its place too, and of no other', async () => {
  const capabilities = () => ({ clock: 'node' }) as TargetCapabilities;
  const { stack } = await started(target({ capabilities }), undefined, true);
  const before = await stack.gauges();
  await stack.restartTarget(undefined, 1);
  const hours = async () => {
    const times = stack.instances.map(async ({ url }) => Number(await (await fetch(`${url}/time`)).text()));
    return (await Promise.all(times)).map((time) => Math.round((time - Date.now()) / 3_600_000) || 0);
  };
  expect(await stack.setClock(5 * 3_600_000, 1)).toBe(1);
  expect(await hours()).toEqual([0, 5]);
  await stack.killTarget('SIGKILL', undefined, 1);
  await stack.restartTarget(undefined, 1);
  expect(await hours()).toEqual([0, 5]);
  expect(await stack.setClock(0, 1)).toBe(1);
  expect(await hours()).toEqual([0, 0]);
  await stack.retireOthers();
  // The way by which it is led is no connection of the target's.
  await until('the sockets to be as before', async () => {
    const now = await stack.gauges();
    return JSON.stringify(now) === JSON.stringify(before);
  });
});

test('the clock of a target that does not say it can be is not moved', async () => {
  const { stack } = await started(
    target({ capabilities: () => ({}) as TargetCapabilities }),
    undefined,
    true,
  );
  expect(await stack.setClock(1_000)).toBe(0);
});

test.runIf(process.platform === 'linux')(
  'sockets of the target are counted, its pools left out',
  async () => {
    const { stack } = await started(
      target({
        probe: async () => ({ connections: async () => 4, snapshot: unused, close: async () => {} }),
      }),
    );
    const sockets = async () => (await stack.gauges()).find(({ name }) => name === 'target-sockets')?.value;
    await until('connections of the start to be gone', async () => (await sockets()) === 1);
    await (await ask(stack, 3)).text();
    await fetch(`${stack.target.url}/database`, { headers: { connection: 'close' } }).then((res) =>
      res.text(),
    );
    expect(await stack.gauges()).toContainEqual({ name: 'database-connections', value: 4 });
    const before = await sockets();
    // Both ends of a connection to itself.
    await (await fetch(`${stack.target.url}/keep`)).text();
    await until('the leak to show', async () => (await sockets())! >= before! + 2);
  },
);

test.for([
  ['target', (stack: Stack) => stack.target.pid],
  ['llm', (_: Stack, history: Recorded[]) => pidOf('llm', history)],
] as const)('the death of the %s is told, and what is left can be stopped', async ([name, pid]) => {
  const { promise: death, resolve } = Promise.withResolvers<HoldfastError>();
  const { stack, history } = await started(target(), resolve);
  process.kill(pid(stack, history)!, 'SIGKILL');
  expect(await death).toMatchObject({
    code: 'HF_PROCESS_DIED',
    message: expect.stringContaining(`${name} ended`),
  });
  await stack.stop();
});

test.for([
  ['does not listen', { launch: () => launch('process.exit(9)') }, 'HF_PROCESS_DIED'],
  [
    'cannot be launched',
    { launch: () => ({ ...launch(''), command: '/no/such/program' }) },
    'HF_PROCESS_DIED',
  ],
  ['cannot be prepared', { prepare: () => Promise.reject(new Error('no migration')) }, undefined],
] as const)('a target that %s fails the start, and nothing is left', async ([, more, code]) => {
  const failure = started(target(more));
  await expect(failure).rejects.toMatchObject(code ? { code } : { message: 'no migration' });
  expect((await databaseNames()).filter((name) => name.includes(guardian.mark))).toEqual([]);
  expect(processesOf(guardian.mark)).toEqual([]);
});

/** Processes that the guardian would end, where the system tells. */
function processesOf(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => {
    try {
      return (
        /^\d+$/.test(name) &&
        readFileSync(`/proc/${name}/environ`, 'utf8').includes(`HOLDFAST_GUARDIAN=${mark}`)
      );
    } catch {
      return false;
    }
  });
}

function launch(script: string) {
  return { command: process.execPath, args: ['-e', script], env: {}, listening: /never/ };
}

function pidOf(name: string, history: Recorded[]): number | undefined {
  for (const event of history)
    if (event.type === 'process' && event.name === name && event.pid) return event.pid;
  return undefined;
}
