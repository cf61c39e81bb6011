/** What a scenario does to the stack, booked as operations and faults of whoever holds the run's strings. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Unmet, within } from '../actors/actor.ts';
import type { Starved } from '../actors/patience.ts';
import { databaseFaults, NotOurs } from '../faults/database/index.ts';
import { createFaultLog, type FaultLog } from '../faults/fault-log.ts';
import { processFaults } from '../faults/processes.ts';
import type { TcpLink } from '../faults/tcp-link.ts';
import type { Recorder } from '../history/index.ts';
import type { Stack } from '../stack/stack.ts';
import type { DatabaseStage, LinkStage, StackStage } from './scenario.ts';

/** How often a link is looked at, ms. */
const LOOK_EVERY = 5;

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
}

export function createStackStage(options: StackStageOptions): OwnStackStage {
  const { stack, recorder, plays, waitWithin, starved, name } = options;
  const faults = createFaultLog(recorder, 'target');
  let isFrozen = false;
  /** Instances whose clock is wrong. */
  const astray = new Set<number>();

  async function operate(f: 'kill' | 'restart' | 'jump', step: () => Promise<void>): Promise<void> {
    const fields = { op: name('op'), f, actor: 'operator' } as const;
    recorder.record({ type: 'invoke', ...fields });
    await step();
    recorder.record({ type: 'ok', ...fields });
  }

  const stage: StackStage = {
    plays,
    target: {
      async kill(signal, instance = 0) {
        strike(faults, signal);
        await operate('kill', () => stack.killTarget(signal, recorder, instance));
      },
      async restart(instance = 0) {
        await operate('restart', () => stack.restartTarget(recorder, instance));
        faults.healed();
      },
      async freeze() {
        isFrozen = true;
        strike(faults, 'SIGSTOP');
        await stack.target.kill('SIGSTOP', { planned: true, recorder });
      },
      async thaw() {
        isFrozen = false;
        await stack.target.kill('SIGCONT', { planned: true, recorder });
        faults.healed('freeze');
      },
      async setClock(ahead, instance = 0) {
        const id = instance === 0 ? 'clock' : `clock-${instance + 1}`;
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
    },
    database: databaseStage(linkStage('database', stack.links.database)),
    llmLink: linkStage('llm', stack.links.llm),
  };
  return {
    ...stage,
    async heal() {
      await stage.database.heal();
      await stage.llmLink.heal();
      if (isFrozen && stack.target.alive) await stage.target.thaw();
      for (const [instance, { alive }] of [...stack.instances].entries())
        if (!alive) await stage.target.restart(instance);
      for (const instance of [...astray]) await stage.target.setClock(0, instance);
    },
  };

  function databaseStage(link: LinkStage): DatabaseStage {
    const log = createFaultLog(recorder, 'database');
    const healings: (() => Promise<void>)[] = [];
    return {
      ...link,
      async strike(id) {
        const fault = databaseFaults.find((each) => each.id === id)!;
        // In force before it is known to be: what fails meanwhile fails by it.
        log.struck({ id }, id);
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
    };
  }

  function linkStage(place: string, link: TcpLink): LinkStage {
    const fault = (kind: string) => ({ id: `${place}-${kind}`, recorder });
    const waiting = async (connections: number) => {
      while (link.waiting() < connections) await sleep(LOOK_EVERY);
    };
    return {
      hold: () => link.hold(fault('hold')),
      cut: () => void link.cut(fault('cut')),
      refuse: () => link.refuse(fault('refuse')),
      async heal() {
        link.release();
        link.heal();
      },
      waits: (connections) =>
        within(waitWithin, `${connections} connections of ${place} to wait`, waiting(connections), starved),
    };
  }
}

/** A process fault is named by its kind: one of a kind at a time. */
function strike(faults: FaultLog, signal: NodeJS.Signals): void {
  const { id } = processFaults.find((fault) => fault.signal === signal)!;
  faults.struck({ id }, id);
}
