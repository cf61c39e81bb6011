/**
 * What a node of a cluster does with a job: a pod with a name, its environment, its mounts and its address. The words
 * of the command stay the operator's; paths of mounts in them lead to folders of this machine, and the pod's address
 * is one of 127.0.0.0/8, for a container's root and network are what is not there.
 */
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { GUARDIAN_MARK } from '../../harness/stack/charges.ts';
import type { Guardian } from '../../harness/stack/guardian.ts';

/** The parts of a Kubernetes Job that are played; what else could matter is refused by `podOf`. */
export interface Job {
  metadata: { name: string };
  spec: {
    template: {
      spec: { initContainers?: unknown[]; containers: Container[]; securityContext?: { fsGroup?: number } };
    };
  };
}

interface Container {
  command: string[];
  args?: string[];
  env?: { name: string; value?: string; valueFrom?: { fieldRef?: { fieldPath: string } } }[];
  envFrom?: unknown[];
  readinessProbe?: { httpGet?: { path: string; port: number } };
}

export interface Pod {
  name: string;
  /** As the operator made them, after Kubernetes has put variables in. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Path that answers when it is ready, and its port. */
  ready: { path: string; port: number } | undefined;
  /** That volumes are given to, where they can be. */
  group: number | undefined;
}

/**
 * @param told values of variables that the manifest has, and that are others here
 * @throws where the job has something that is not played here, or lacks a variable
 */
export function podOf(job: Job, suffix: string, told: Readonly<Record<string, string>> = {}): Pod {
  const name = `${job.metadata.name}-${suffix}`;
  const { initContainers, containers, securityContext } = job.spec.template.spec;
  const [container] = containers;
  if (!container || containers.length > 1 || initContainers?.length || container.envFrom || container.args)
    throw new Error(`${job.metadata.name}: only one container with a command is played, and no envFrom`);
  const env: Record<string, string> = {};
  for (const { name: key, value = '', valueFrom } of container.env ?? []) {
    const path = valueFrom?.fieldRef?.fieldPath;
    if (valueFrom && path !== 'metadata.name')
      throw new Error(`${job.metadata.name}: ${key} comes from ${path ?? 'elsewhere'}, which is not played`);
    env[key] = told[key] ?? (valueFrom ? name : expand(value, env));
  }
  const missing = Object.keys(told).filter((key) => !(key in env));
  if (missing.length > 0) throw new Error(`${job.metadata.name} has no variable ${missing.join(', ')}`);
  const command = container.command.map((word) => expand(word, env));
  return { name, command, env, ready: container.readinessProbe?.httpGet, group: securityContext?.fsGroup };
}

/** As Kubernetes puts variables into commands: what it does not know stays as it is, `$$` is a dollar. */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (all, name?: string) =>
    name === undefined ? '$' : (env[name] ?? all),
  );
}

/** Paths below mounts lead to folders of this machine. @param mounts absolute paths, without a slash at the end */
export function moved(text: string, mounts: Readonly<Record<string, string>>): string {
  const names = Object.keys(mounts).map((path) => path.slice(1));
  const below = new RegExp(`(?<![\\w./-])/(${names.join('|')})(?=/)`, 'g');
  return text.replace(below, (path) => mounts[path]!);
}

export interface Node {
  guardian: Guardian;
  /** Each pod has a folder here: its home, its /tmp and its log. */
  folder: string;
  /** Goes before the path: what the image has. */
  bin: string;
  /** Beside the pod's own /tmp. */
  mounts: Readonly<Record<string, string>>;
  /** Of the image, also the number of its group; undefined: pods run as who runs this. */
  user: number | undefined;
}

/** A new volume: it is root's, until a node gives it to the group of a pod. */
export function giveVolume(folder: string, { group }: Pod, { user }: Node): void {
  if (user === undefined || group === undefined) return;
  chownSync(folder, 0, group);
  chmodSync(folder, 0o2775);
}

export interface Running {
  pod: Pod;
  log: string;
  /** Exit code, or the name of the signal. */
  ended: Promise<number | string>;
  /** Whether it has ended. */
  over(): boolean;
}

/** @param address of the pod; without one it is reached by nobody */
export function startPod(pod: Pod, node: Node, address?: string): Running {
  const home = join(node.folder, pod.name);
  const tmp = join(home, 'tmp');
  mkdirSync(tmp, { recursive: true });
  const { user } = node;
  if (user !== undefined) for (const path of [home, tmp]) chownSync(path, user, user);
  const [program, ...args] = pod.command.map((word) => {
    const text = moved(word, { ...node.mounts, '/tmp': tmp });
    return address === undefined ? text : text.replaceAll('0.0.0.0', address);
  });
  const log = join(home, 'log');
  const into = openSync(log, 'a');
  const child = spawn(program!, args, {
    cwd: home,
    detached: true,
    ...(user !== undefined && { uid: user, gid: user }),
    // As `kubectl logs` tells both, and the operator reads them.
    stdio: ['ignore', into, into],
    env: {
      ...pod.env,
      HOME: home,
      PATH: `${node.bin}${delimiter}${process.env.PATH}`,
      [GUARDIAN_MARK]: node.guardian.mark,
    },
  });
  closeSync(into);
  const release = child.pid === undefined ? () => {} : node.guardian.child(child.pid);
  let over = false;
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  }).finally(() => {
    over = true;
    release();
  });
  return { pod, log, ended, over: () => over };
}
