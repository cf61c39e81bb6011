/** The faults of a play: where they struck, and for how long they were in force. */
import type { RecordedOf, SendSeed } from '../history/events.ts';
import { certainlyBefore, earliest, type Instant, latest, type Moment, momentOf } from './moment.ts';
import { RareMap } from './rare-map.ts';

export interface Fault {
  fault: string;
  kind: string;
  at: string;
  send?: SendSeed;
  struck: Moment | null;
  healed: Moment | null;
  /** Live streams hit; undefined where it was not counted. */
  live?: number;
}

const BACKSTAGE: ReadonlySet<string> = new Set(['llm', 'database', 'target']);

export class Faults {
  private readonly byId = new RareMap<string, Fault>();

  step(event: RecordedOf<'fault'>): void {
    const { fault: id, kind, at, send } = event;
    const fault = this.byId.get(id) ?? {
      fault: id,
      kind,
      at,
      struck: null,
      healed: null,
      ...(send !== undefined && { send }),
    };
    this.byId.set(id, fault);
    if (event.state === 'struck') {
      fault.struck = earliest([momentOf(event), ...(fault.struck ? [fault.struck] : [])]) ?? null;
      if (event.live !== undefined) fault.live = Math.max(fault.live ?? 0, event.live);
    } else if (event.state === 'healed') {
      fault.healed = latest([momentOf(event), ...(fault.healed ? [fault.healed] : [])]) ?? null;
    }
  }

  get(id: string): Fault | undefined {
    return this.byId.get(id);
  }

  all(): Fault[] {
    return [...this.byId.values()];
  }

  /** Those on the wire to a client, as opposed to those at the LLM, the database or the target. */
  onTheWire(): Fault[] {
    return this.all().filter(({ at }) => !BACKSTAGE.has(at) && !at.startsWith('target'));
  }

  /** Those at the target or its database that may keep it from serving. A wall clock that is wrong makes nobody late. */
  backstage(): Fault[] {
    return this.all().filter(
      ({ at, kind }) => kind !== 'clock' && (at === 'database' || at.startsWith('target')),
    );
  }

  /**
   * Those on the wire that may have hit this actor. A device's name begins the names of its tabs; a fault at
   * something that none of the actors is known by may have hit anyone.
   */
  of(actor: string, actors: readonly string[]): Fault[] {
    return this.onTheWire().filter(({ at }) => isAt(actor, at) || !actors.some((other) => isAt(other, at)));
  }

  /** Whether the network of this actor may have been lost and never come back. */
  cutOff(actor: string, actors: readonly string[]): boolean {
    return this.of(actor, actors).some(({ struck, healed }) => struck !== null && healed === null);
  }

  merge(other: Faults): void {
    for (const [id, fault] of other.byId) this.byId.set(id, mergeFaults(fault, this.byId.get(id)));
  }
}

/** Whether `actor` is the device, or a tab of it. */
export function isAt(actor: string, device: string): boolean {
  return actor === device || actor.startsWith(`${device}-`);
}

/** Whether the fault may have been in force at some time of the span. */
export function mayBeActive({ struck, healed }: Fault, from: Instant, to: Instant): boolean {
  return struck !== null && !certainlyBefore(to, struck) && !(healed && certainlyBefore(healed, from));
}

function mergeFaults(a: Fault, b: Fault | undefined): Fault {
  if (!b) return a;
  const both = (moments: (Moment | null)[]) => moments.filter((moment) => moment !== null);
  const merged = {
    ...b,
    ...a,
    struck: earliest(both([a.struck, b.struck])) ?? null,
    healed: latest(both([a.healed, b.healed])) ?? null,
  };
  if (a.live !== undefined || b.live !== undefined) merged.live = Math.max(a.live ?? 0, b.live ?? 0);
  return merged;
}
