/** What a scenario does to the stack, booked as operations and faults of whoever holds the run's strings. */
import { Unmet, within } from '../actors/actor.ts';
import type { Starved } from '../actors/patience.ts';
import { type DatabaseClock, leadDatabaseClock } from '../faults/clock/index.ts';
import { databaseFaults, NotOurs } from '../faults/database/index.ts';
import { createFaultLog, type FaultLog } from '../faults/fault-log.ts';
import { processFaults } from '../faults/processes.ts';
import type { TcpLink } from '../faults/tcp-link.ts';
import type { Recorder } from '../history/index.ts';
import type { Linked, Stack } from '../stack/stack.ts';
import { lookFor } from './looking.ts';
import type { DatabaseStage, LinkStage, StackStage } from './scenario.ts';

/** How often a link is looked at, ms. */
const LOOK_EVERY = 5;
/** ms between two looks at what PostgreSQL counts, and tells of once a second. */
const LOOK_EVERY_SECOND = 250;

export interface StackStageOptions {
  stack: Stack;
  /** Books what is done. */
  recorder: Recorder;
  plays: number;
  /** Bound of waiting, ms. */
  waitWithin: number;
  /** What is waited for may take so much longer. */
  starved: Starved;
  /** A name unique in the history. */
  name(kind: string): string;
}

export interface OwnStackStage extends StackStage {
  /** Ends whatever a scenario left: what stands still goes on, what is gone is started again. */
  heal(): Promise<void>;
  /** Makes the clock of the database movable. Its connections break. */
  leadDatabaseClock(): Promise<void>;
  /** Throws `Unmet` where the clock of the database was moved, and nobody has looked at it since. */
  jumpsWereFelt(): Promise<void>;
  /** Gives back what was taken into hand. */
  close(): Promise<void>;
}

export function createStackStage(options: StackStageOptions): OwnStackStage {
  const { stack, recorder, plays, waitWithin, starved, name } = options;
  const faults = createFaultLog(recorder, 'target');
  /** Instances that stand still, and the fault that it is called by. */
  const frozen = new Map<number, string>();
  /** By what instances came to their end. */
  const ended = new Map<number, string[]>();
  /** Instances whose clock is wrong. */
  const astray = new Set<number>();
  let databaseClock: DatabaseClock | undefined;
  let clockMoved = false;

  async function operate(f: 'kill' | 'restart' | 'jump', step: () => Promise<void>): Promise<void> {
    const fields = { op: name('op'), f, actor: 'operator' } as const;
    recorder.record({ type: 'invoke', ...fields });
    await step();
    recorder.record({ type: 'ok', ...fields });
  }

  const looking = { every: LOOK_EVERY, within: waitWithin, starved };

  /** Twice: the first answer may be of a connection of which the target did not know yet that it was gone. */
  async function serves(): Promise<void> {
    const well = stack.instances.map(() => 0);
    await lookFor(
      'the target to serve',
      async () => {
        for (const [instance, { url }] of stack.instances.entries()) {
          if (ended.has(instance) || frozen.has(instance) || (well[instance] ?? 0) >= 2) continue;
          well[instance] = (await stack.isReady(url)) ? (well[instance] ?? 0) + 1 : 0;
          if (well[instance] < 2) return false;
        }
        return true;
      },
      looking,
    );
  }

  const stage: StackStage = {
    plays,
    target: {
      async kill(signal, instance = 0) {
        ended.set(instance, [...(ended.get(instance) ?? []), strike(faults, signal)]);
        await operate('kill', () => stack.killTarget(signal, recorder, instance));
      },
      async restart(instance = 0) {
        await operate('restart', () => stack.restartTarget(recorder, instance));
        // What befell another is as it was.
        const over = [
          ...(ended.get(instance) ?? []),
          ...(frozen.has(instance) ? [frozen.get(instance)!] : []),
        ];
        ended.delete(instance);
        frozen.delete(instance);
        for (const id of over) faults.healed(id);
      },
      async freeze(instance = 0, id = numbered('freeze', instance)) {
        frozen.set(instance, id);
        strike(faults, 'SIGSTOP', id);
        await stack.instances[instance]!.kill('SIGSTOP', { planned: true, recorder });
      },
      async thaw(instance = 0) {
        const id = frozen.get(instance);
        frozen.delete(instance);
        await stack.instances[instance]!.kill('SIGCONT', { planned: true, recorder });
        if (id !== undefined) faults.healed(id);
      },
      async setClock(ahead, instance = 0) {
        const id = numbered('clock', instance);
        // In force before it is known to be: what fails meanwhile fails by it.
        if (ahead !== 0) faults.struck({ id }, 'clock');
        astray.add(instance);
        await operate('jump', async () => {
          const what = `the clock of instance ${instance} to be moved`;
          const took = await within(waitWithin, what, stack.setClock(ahead, instance));
          // What is away finds the time when it is started again.
          if (took > 0 || !stack.instances[instance]?.alive) return;
          astray.delete(instance);
          throw new Unmet(what, 0);
        });
        if (ahead !== 0) return;
        astray.delete(instance);
        faults.healed(id);
      },
      serves,
    },
    database: databaseStage(linkStage('database', stack.links.database)),
    llmLink: linkStage('llm', stack.links.llm),
  };
  return {
    ...stage,
    async heal() {
      await stage.database.heal();
      await stage.llmLink.heal();
      for (const instance of [...frozen.keys()])
        if (stack.instances[instance]?.alive) await stage.target.thaw(instance);
      // Who was asked to end may still be about to.
      for (const [instance, { alive }] of [...stack.instances].entries())
        if (!alive || ended.has(instance)) await stage.target.restart(instance);
      for (const instance of [...astray]) await stage.target.setClock(0, instance);
    },
    async leadDatabaseClock() {
      databaseClock = await leadDatabaseClock(stack.databaseUrl);
    },
    async jumpsWereFelt() {
      if (!databaseClock || !clockMoved) return;
      const { wasRead } = databaseClock;
      const what = 'the target to read the clock of its database';
      await lookFor(what, wasRead, { ...looking, every: LOOK_EVERY_SECOND });
    },
    async close() {
      if (!databaseClock) return;
      await databaseClock.close();
      databaseClock = undefined;
      await stage.target.serves();
    },
  };

  function databaseStage(link: LinkStage): DatabaseStage {
    const log = createFaultLog(recorder, 'database');
    const healings: (() => Promise<void>)[] = [];
    return {
      ...link,
      async strike(id, called = id) {
        const fault = databaseFaults.find((each) => each.id === id)!;
        // In force before it is known to be: what fails meanwhile fails by it.
        log.struck({ id: called }, id);
        try {
          healings.push(await fault.strike({ url: stack.databaseUrl, server: stack.postgres }));
        } catch (error) {
          if (error instanceof NotOurs) throw new Unmet(`${id}: ${error.message}`, 0);
          throw error;
        }
      },
      async heal() {
        await link.heal();
        for (const heal of healings.splice(0)) await heal();
        log.healed();
      },
      async setClock(ahead) {
        if (!databaseClock)
          throw new TypeError('its clock is led only where a scenario says so: movesDatabaseClock');
        const id = 'database-clock';
        if (ahead !== 0) faults.struck({ id }, 'clock');
        const { set } = databaseClock;
        clockMoved = true;
        await operate('jump', () => set(ahead));
        if (ahead === 0) faults.healed(id);
      },
    };
  }

  function linkStage(place: Linked, link: TcpLink): LinkStage {
    const inUse = () => {
      if (stack.linked.has(place)) return link;
      throw new TypeError(
        `the target does not go by its link to ${place}: what strikes there is played alone`,
      );
    };
    const fault = (kind: string, id = `${place}-${kind}`) => ({ id, recorder });
    return {
      hold: (called) => inUse().hold(fault('hold', called)),
      cut: (called) => void inUse().cut(fault('cut', called)),
      refuse: (called) => inUse().refuse(fault('refuse', called)),
      async heal() {
        link.release();
        link.heal();
      },
      waits: (connections) =>
        lookFor(
          `${connections} connections of ${place} to wait`,
          () => link.waiting() >= connections,
          looking,
        ),
    };
  }
}

/** A process fault is named by its kind, unless it is given another name. */
function strike(faults: FaultLog, signal: NodeJS.Signals, called?: string): string {
  const { id } = processFaults.find((fault) => fault.signal === signal)!;
  faults.struck({ id: called ?? id }, id);
  return called ?? id;
}

const numbered = (kind: string, instance: number) => (instance === 0 ? kind : `${kind}-${instance + 1}`);
