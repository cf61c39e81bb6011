/**
 * What befell a generation: stops, faults, and what its process suffered. Which process that is, is seen by where its question
 * went; what befalls another does not concern it.
 */
import type { Death } from './deaths.ts';
import type { Generation } from './generation.ts';
import { certainlyBefore, earliest, type Moment } from './moment.ts';
import type { PlayFacts } from './play-facts.ts';

/** Why a generation need not end `completed`. */
export type Excuse = 'stop' | 'llm-fault' | Death['how'] | 'lapse' | 'database-fault';

/**
 * What happened that lets this generation end otherwise than completed. What certainly happened after its end
 * had been told, or was over before it was asked for, excuses nothing.
 */
export function excusesOf(generation: Generation, play: PlayFacts): Map<Excuse, Moment> {
  const { spec } = generation;
  const excuses = new Map<Excuse, Moment>();
  const told = earliest(generation.terminalWords().map(({ at }) => at));
  const sent = earliest([
    ...play
      .of('send', spec.seed)
      .map((operation) => operation.invoked)
      .filter((moment) => moment !== null),
    ...(generation.called ? [generation.called] : []),
  ]);
  /** @param over null: it was in force to the end */
  const add = (excuse: Excuse, moment: Moment | null | undefined, over = moment) => {
    if (!moment || excuses.has(excuse)) return;
    if ((told && certainlyBefore(told, moment)) || (sent && over && certainlyBefore(over, sent))) return;
    excuses.set(excuse, moment);
  };
  for (const { outcome, invoked } of play.of('stop', spec.seed)) {
    // A stop that came too late says so; one that was refused stopped nothing.
    if (outcome?.type === 'fail' || (outcome?.type === 'ok' && outcome.state !== 'cancelled')) continue;
    add('stop', invoked ?? outcome?.at);
  }
  const fault = llmFault(generation, play);
  if (fault) excuses.set('llm-fault', fault);
  if (!play.goesOnAfterDeath) {
    const concerns = concerning(generation, play);
    for (const { how, at } of play.deaths().filter(concerns)) add(how, at);
    for (const { at } of play.lapses().filter(concerns)) add('lapse', at);
  }
  for (const { at, send, struck, healed } of play.faults.all()) {
    if (send !== undefined && send !== spec.seed) continue;
    if (at === 'llm') add('llm-fault', struck, healed);
    if (at === 'database') add('database-fault', struck, healed);
  }
  return excuses;
}

/**
 * When the LLM failed, by its own fault: by one that it was told of, or by having been silent for longer than the
 * target bears. Of several calls the last one counts: what was asked again and answered has not failed.
 */
function llmFault(generation: Generation, play: PlayFacts): Moment | undefined {
  const call = generation.callsInOrder().at(-1);
  if (call?.broken) return call.broken;
  if (call?.ended?.how === 'fault') return call.ended.at;
  const patience = play.plan?.target.capabilities.llmPatience;
  return (patience && call?.silentFor(patience, play.until, play.allow.bind(play))) || undefined;
}

/** Deaths of the target, by a crash or in good order, after the LLM had been asked. */
export function deathsIn(generation: Generation, play: PlayFacts): Death[] {
  const { called } = generation;
  const concerns = concerning(generation, play);
  return play.deaths().filter((death) => concerns(death) && !(called && certainlyBefore(death.at, called)));
}

/** The crashes among them. */
export function crashesIn(generation: Generation, play: PlayFacts): Moment[] {
  return deathsIn(generation, play).flatMap(({ how, at }) => (how === 'crash' ? [at] : []));
}

/** Lapses of the target (PlayFacts.lapses) after the LLM had been asked. */
export function lapsesIn(generation: Generation, play: PlayFacts): Moment[] {
  const { called } = generation;
  const concerns = concerning(generation, play);
  return play
    .lapses()
    .flatMap(({ at, instance }) =>
      concerns({ instance }) && !(called && certainlyBefore(at, called)) ? [at] : [],
    );
}

/**
 * Whether what befalls a process of the target concerns this answer. Where one goes on with what another leaves, or
 * it is not known to which one the question went, anything does.
 */
function concerning(generation: Generation, play: PlayFacts): (of: { instance: number }) => boolean {
  if (play.goesOnAfterDeath) return () => true;
  let owner: number | undefined | null = null;
  return ({ instance }) => {
    if (owner === null) owner = ownerOf(generation, play);
    return owner === undefined || instance === owner;
  };
}

/** The process that the question went to, the only one whenever it was repeated; undefined: not known. */
function ownerOf({ views }: Generation, play: PlayFacts): number | undefined {
  const streams = [...views.values()].flatMap((view) => view.streams);
  const asked = earliest(streams.map(({ id, opened }) => ({ id, ...opened })));
  const first = asked && play.passages.of(asked.id);
  // Where it is asked otherwise than by a stream, nobody saw where that went.
  if (!first || first.method === 'GET') return undefined;
  const all = streams.flatMap(({ id }) => play.passages.of(id) ?? []);
  const asking = all.filter(({ method }) => method === first.method);
  return asking.every(({ instance }) => instance === first.instance) ? first.instance : undefined;
}
