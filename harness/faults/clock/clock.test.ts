/** What jumps in a process whose clock is led, and what does not. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { startClocks } from './clocks.ts';
import { shiftDate } from './shift-date.ts';

const HOUR = 3_600_000;
/** So far may two looks at the time be apart, ms: far less than any jump here. */
const NEAR = 600_000;

/** Tells, for each line that it reads, how its clocks stand. */
const TELLS = `
  const began = performance.now();
  const tell = (told) => console.log(JSON.stringify(told));
  const clocks = () => ({ now: Date.now(), made: new Date().getTime(), said: Date.parse(Date()), monotonic: performance.now() });
  tell(clocks());
  require('node:readline').createInterface({ input: process.stdin }).on('line', () => tell(clocks()));`;

async function started(name: string, script = TELLS, clocks = startClocks()) {
  const led = await clocks;
  onTestFinished(() => led.close());
  const child = spawn(process.execPath, ['-e', script], {
    env: { PATH: process.env.PATH, ...led.env(name, {}) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const told = async () => JSON.parse((await lines.next()).value ?? '');
  return {
    led,
    child,
    first: await told(),
    look() {
      child.stdin.write('\n');
      return told();
    },
  };
}

/** Whole hours that a look at the clocks is from the true time. */
function hours(look: Record<'now' | 'made' | 'said', number>): number[] {
  return [look.now, look.made, look.said].map((time) => {
    const ahead = time - Date.now();
    const whole = Math.round(ahead / HOUR);
    expect(Math.abs(ahead - whole * HOUR)).toBeLessThan(NEAR);
    return whole || 0;
  });
}

test('it jumps forward and back while the process runs, and its monotonic clock goes on', async () => {
  const { led, first, look } = await started('target');
  expect(hours(first)).toEqual([0, 0, 0]);
  let monotonic = first.monotonic;
  for (const jump of [5, -7, 0]) {
    expect(await led.set('target', jump * HOUR)).toBe(1);
    const told = await look();
    expect(hours(told)).toEqual([jump, jump, jump]);
    expect(told.monotonic).toBeGreaterThanOrEqual(monotonic);
    expect(told.monotonic - monotonic).toBeLessThan(NEAR);
    monotonic = told.monotonic;
  }
});

test('by a step of seconds it jumps by those', async () => {
  const { led, first, look } = await started('target');
  await led.set('target', -20_000);
  const told = await look();
  const back = told.now - first.now - (told.monotonic - first.monotonic);
  // Both clocks are read one after the other, and a busy machine may stand still in between.
  expect(Math.round(back / 10_000)).toBe(-2);
});

test('one is led and not the other, by name', async () => {
  const clocks = startClocks();
  const [one, other] = [await started('target', TELLS, clocks), await started('target-2', TELLS, clocks)];
  expect(await one.led.set('target-2', HOUR)).toBe(1);
  expect([hours(await one.look()), hours(await other.look())]).toEqual([
    [0, 0, 0],
    [1, 1, 1],
  ]);
});

test('who is started with a wrong clock never knows another', async () => {
  const clocks = startClocks();
  expect(await (await clocks).set('target', 3 * HOUR)).toBe(0);
  expect(hours((await started('target', TELLS, clocks)).first)).toEqual([3, 3, 3]);
});

test('threads are led with their process', async () => {
  const { led, look } = await started(
    'target',
    `const { Worker } = require('node:worker_threads');
     const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(\`
       import { parentPort } from 'node:worker_threads';
       const clocks = () => ({ now: Date.now(), made: +new Date(), said: Date.parse(Date()) });
       parentPort.on('message', () => parentPort.postMessage(clocks()));
       parentPort.postMessage(clocks());\`)));
     worker.on('message', (told) => console.log(JSON.stringify(told)));
     require('node:readline').createInterface({ input: process.stdin }).on('line', () => worker.postMessage(''));`,
  );
  expect(await led.set('target', HOUR)).toBe(2);
  expect(hours(await look())).toEqual([1, 1, 1]);
});

test('a process that has died is waited for no longer, and it keeps none alive', async () => {
  const { led, child } = await started('target');
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  await led.set('target', HOUR);
  const short = await started('target', `console.log('{}')`);
  const exit = await new Promise((resolve) => short.child.once('exit', resolve));
  expect(exit).toBe(0);
});

test('one that stands still has not taken it', async () => {
  const { led, child, look } = await started('target');
  child.kill('SIGSTOP');
  let took = false;
  const setting = led.set('target', HOUR).then(() => {
    took = true;
  });
  const { led: other } = await started('other');
  await other.set('other', HOUR);
  expect(took).toBe(false);
  child.kill('SIGCONT');
  await setting;
  expect(hours(await look())).toEqual([1, 1, 1]);
});

test('without the harness a process has the true time', async () => {
  const led = await startClocks();
  await led.close();
  const { first } = await started('target', TELLS, Promise.resolve(led));
  expect(hours(first)).toEqual([0, 0, 0]);
});

test('dates are dates, whoever made them', () => {
  const realm = runInNewContext('globalThis') as typeof globalThis;
  const before = new realm.Date(0);
  const set = shiftDate(realm);
  set(HOUR);
  const { Date: Shifted } = realm;
  class Own extends Shifted {}
  expect(before instanceof Shifted).toBe(true);
  expect(new Own() instanceof Own && new Own() instanceof Shifted).toBe(true);
  expect(before.constructor).toBe(Shifted);
  expect(new Shifted(86_400_000).toISOString()).toBe('1970-01-02T00:00:00.000Z');
  expect(new Shifted(1970, 0, 1).getFullYear()).toBe(1970);
  expect(Shifted.UTC(1970, 0, 2)).toBe(86_400_000);
  expect(typeof Shifted()).toBe('string');
});
