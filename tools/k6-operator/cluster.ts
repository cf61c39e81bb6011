/**
 * Plays what the k6 operator made of a TestRun: initializer, runners that wait, starter. Each step has a barrier that
 * the operator has, too, and throws where the operator would stop.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveVolume, type Job, type Node, podOf, type Running, startPod } from './pods.ts';

/** What tools/k6-operator/main.go prints. */
export interface Made {
  initializer: Job;
  runners: Job[];
  starter: Job;
  /** One a runner. */
  addresses: string[];
}

/** What k6 calls errors in a pod's log; all of it where it names none. */
export function complaintsIn(log: string): string {
  const text = readFileSync(log, 'utf8').trim();
  const errors = Array.from(text.matchAll(/^.*level=error.*$/gm), ([line]) => line);
  return errors.length > 0 ? errors.join('\n') : text || 'nothing said';
}

export interface Ended {
  pod: string;
  exit: number | string;
  log: string;
}

/** For a pod to begin to listen, and for curl to have asked all. */
const READY_WITHIN = 60_000;
const ASK_EVERY = 50;

/** Runs the program that has the operator's code. @throws what it refused, in its words */
export function askOperator(path: string, args: readonly string[], input = ''): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = execFile(path, args, { maxBuffer: 64 * 2 ** 20 }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr.trim() || error.message)) : resolve(JSON.parse(stdout)),
    );
    child.stdin!.on('error', () => {});
    child.stdin!.end(input);
  });
}

/** @returns the whole log of the pod, which the operator reads as one JSON */
export async function initialize(made: Made, node: Node, told: Record<string, string>): Promise<string> {
  const running = startPod(podOf(made.initializer, 'once', told), node);
  const exit = await running.ended;
  if (exit !== 0) throw new Error(`the initializer ended with ${exit}: ${complaintsIn(running.log)}`);
  return readFileSync(running.log, 'utf8');
}

/** Starts all runners, sees that each is ready and waits, and has the starter let them go. @returns when all have ended */
export async function runAll(made: Made, node: Node, told: Record<string, string>): Promise<Ended[]> {
  for (const address of made.addresses) await mustBeFree(address);
  const runners = made.runners.map((job, n) => {
    const pod = podOf(job, `pod${n + 1}`, told);
    giveVolume(node.mounts['/samples']!, pod, node);
    const address = made.addresses[n]!;
    return { running: startPod(pod, node, address), address };
  });
  for (const { running, address } of runners) await waitsPaused(running, address);
  const starter = startPod(podOf(made.starter, 'once'), node);
  const exit = await starter.ended;
  if (exit !== 0) throw new Error(`the starter ended with ${exit}: ${complaintsIn(starter.log)}`);
  return Promise.all(
    runners.map(async ({ running: { pod, log, ended } }) => ({ pod: pod.name, exit: await ended, log })),
  );
}

/** As the probe of the job asks; and it must not have begun by itself. */
async function waitsPaused(running: Running, address: string): Promise<void> {
  const { pod, log } = running;
  if (!pod.ready) throw new Error(`${pod.name} has no readiness probe`);
  const url = `http://${address}:${pod.ready.port}${pod.ready.path}`;
  for (const until = Date.now() + READY_WITHIN; ; await sleep(ASK_EVERY)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) {
      const { data } = (await answer.json()) as { data: { attributes: { paused: boolean } } };
      if (!data.attributes.paused) throw new Error(`${pod.name} does not wait for the starter`);
      return;
    }
    if (running.over() || Date.now() > until)
      throw new Error(`${pod.name} never got ready at ${url}: ${complaintsIn(log)}`);
  }
}

/** Nobody else may answer in a runner's place. */
async function mustBeFree(address: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRNOTAVAIL'
          ? 'this system gives programs no more of 127.0.0.0/8 than 127.0.0.1'
          : error.message;
      reject(new Error(`a runner cannot have the address ${address}: ${why}`));
    });
    server.listen({ host: address, port: 6565 }, resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
