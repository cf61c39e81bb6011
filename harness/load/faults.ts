/**
 * Faults that strike everybody at a time of the run: `kill@30s`, `cut@20s:2s` (for two seconds), `kill@20s/40s` (every
 * forty seconds from then on). They strike by the clock, since a thousand answers have no common chunk; how many live
 * streams each hit is counted, and one that hit none proves nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors.ts';
import type { Recorder, TargetCapabilities } from '../history/index.ts';
import type { Strike } from '../runs/load-results.ts';
import type { Stack } from '../stack/stack.ts';
import { unknownName } from '../unknown-name.ts';
import type { Fleet } from './fleet.ts';

export interface Scheduled {
  kind: string;
  /** ms from the start. */
  at: number;
  /** ms that it lasts. */
  lasts: number;
}

export interface Scene {
  stack: Stack;
  fleet: Fleet;
  recorder: Recorder;
  /** Unique in the run. */
  name: string;
}

export interface LoadFault {
  id: string;
  what: string;
  /** ms that it lasts unless it is said; 0 where nothing lasts. */
  lasts: number;
  /** It needs a target that can run as several processes. */
  instances?: true;
  /** It strikes the link to this. */
  on?: 'database';
  /** The target is started again. */
  restarts?: true;
  /** Strikes, and heals after `lasts` ms. @returns how many live streams it hit */
  strike(scene: Scene, lasts: number): Promise<number>;
}

async function replaced(
  { stack, fleet, recorder }: Scene,
  kind: string,
  signal: NodeJS.Signals,
): Promise<number> {
  const live = await fleet.hit(kind);
  fleet.way(null);
  await stack.killTarget(signal, recorder);
  await stack.restartTarget(recorder);
  fleet.way(stack.target.url);
  return live;
}

/**
 * Two instances on one database, each in turn asked to end and started again, and clients led to the other meanwhile.
 * Streams that are open stay where they are until their instance ends them.
 */
async function rolled({ stack, fleet, recorder }: Scene): Promise<number> {
  if (stack.instances.length < 2) await stack.restartTarget(recorder, 1);
  const origins = () => stack.instances.map(({ url }) => url);
  fleet.way(origins());
  const live = await fleet.hit('rolling');
  for (const [ending, staying] of [
    [0, 1],
    [1, 0],
  ] as const) {
    fleet.way(stack.instances[staying]!.url);
    await stack.killTarget('SIGTERM', recorder, ending);
    await stack.restartTarget(recorder, ending);
    fleet.way(origins());
  }
  return live;
}

async function during(
  scene: Scene,
  kind: string,
  at: string,
  lasts: number,
  strike: () => unknown,
  heal: () => unknown,
) {
  const live = await scene.fleet.hit(kind);
  const fault = { type: 'fault', fault: scene.name, kind, at } as const;
  scene.recorder.record({ ...fault, state: 'struck', live });
  strike();
  await sleep(lasts);
  await heal();
  scene.recorder.record({ ...fault, state: 'healed' });
  return live;
}

export const loadFaults: readonly LoadFault[] = [
  {
    id: 'cut',
    what: 'All readers in the middle of an answer lose the network at once, and get it back at once after a while; who comes meanwhile is not hindered',
    lasts: 2_000,
    async strike({ fleet, recorder, name }, lasts) {
      const live = await fleet.cut('cut');
      const fault = { type: 'fault', fault: name, kind: 'client-cut', at: 'clients' } as const;
      recorder.record({ ...fault, state: 'struck', live });
      await sleep(lasts);
      recorder.record({ ...fault, state: 'healed' });
      fleet.heal();
      return live;
    },
  },
  {
    id: 'kill',
    restarts: true,
    what: 'The target is killed (SIGKILL) and started again at once',
    lasts: 0,
    strike: (scene) => replaced(scene, 'kill', 'SIGKILL'),
  },
  {
    id: 'shutdown',
    restarts: true,
    what: 'The target is asked to end (SIGTERM) and started again when it has',
    lasts: 0,
    strike: (scene) => replaced(scene, 'shutdown', 'SIGTERM'),
  },
  {
    id: 'rolling',
    restarts: true,
    what: 'A second instance of the target is started; then each is asked to end (SIGTERM) in turn, and started again when it has',
    lasts: 0,
    instances: true,
    strike: rolled,
  },
  {
    id: 'freeze',
    what: 'The target stands still (SIGSTOP) for a while',
    lasts: 2_000,
    strike: (scene, lasts) =>
      during(
        scene,
        'freeze',
        'target',
        lasts,
        () => void scene.stack.target.kill('SIGSTOP', { planned: true }),
        () => scene.stack.target.kill('SIGCONT', { planned: true }),
      ),
  },
  {
    id: 'database-hold',
    what: 'Nothing passes between the target and its database for a while',
    lasts: 2_000,
    on: 'database',
    strike: (scene, lasts) =>
      during(
        scene,
        'database-hold',
        'database',
        lasts,
        () => scene.stack.links.database.hold(),
        () => scene.stack.links.database.release(),
      ),
  },
  {
    id: 'database-cut',
    what: 'Every connection of the target to its database is reset',
    lasts: 0,
    on: 'database',
    strike: (scene) =>
      during(
        scene,
        'database-cut',
        'database',
        0,
        () => scene.stack.links.database.cut(),
        () => {},
      ),
  },
];

/** What a target must be linked to for these to strike. */
export function linkedFor(faults: readonly Scheduled[]): 'database'[] {
  const strikes = ({ kind }: Scheduled) => loadFaults.find(({ id }) => id === kind)?.on === 'database';
  return faults.some(strikes) ? ['database'] : [];
}

/** When these started the target again, s. */
export function restartsOf(strikes: readonly Strike[]): number[] {
  const restarting = new Set(loadFaults.filter(({ restarts }) => restarts).map(({ id }) => id));
  return strikes.filter(({ kind }) => restarting.has(kind)).map(({ until }) => until / 1_000);
}

const FAULT = /^([a-z-]+)@(\w+)(?::(\w+))?(?:\/(\w+))?$/;
const DURATION = /^(\d{1,9})(ms|s|m|h)$/;
const UNIT = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** @throws HF_USAGE where one of them asks more of the target than it can */
export function bearable(faults: readonly Scheduled[], { instances }: TargetCapabilities): void {
  const needs = new Set(loadFaults.filter((fault) => fault.instances).map(({ id }) => id));
  const found = faults.find(({ kind }) => needs.has(kind));
  if (!found || instances) return;
  const what = `--fault ${found.kind} needs a target that says it can run as several processes`;
  throw new HoldfastError('HF_USAGE', { what, command: 'load' });
}

/** @param length of the run, ms. @throws HF_USAGE, HF_UNKNOWN_NAME */
export function parseFault(text: string, length: number): Scheduled[] {
  const usage = (what: string) => new HoldfastError('HF_USAGE', { what, command: 'load' });
  const [, name = '', at = '', lasts, every] = FAULT.exec(text) ?? [];
  if (name === '')
    throw usage(`--fault takes a fault and a time, as kill@30s, cut@20s:2s or kill@20s/40s, not "${text}"`);
  const fault = loadFaults.find(({ id }) => id === name);
  if (!fault) {
    throw unknownName(
      'fault for a load',
      name,
      loadFaults.map(({ id }) => id),
    );
  }
  const ms = (word: string) => {
    const [, number, unit] = DURATION.exec(word) ?? [];
    if (number === undefined) throw usage(`"${word}" in --fault ${text} is no duration, as 250ms, 90s or 5m`);
    return Number(number) * UNIT[unit as keyof typeof UNIT];
  };
  const first = ms(at);
  if (first >= length) throw usage(`--fault ${text} would strike after the end of the run`);
  const strikes: Scheduled[] = [];
  const period = every === undefined ? length : Math.max(1_000, ms(every));
  for (let time = first; time < length; time += period)
    strikes.push({ kind: name, at: time, lasts: lasts === undefined ? fault.lasts : ms(lasts) });
  return strikes;
}
