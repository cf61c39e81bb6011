/** The fold of one play: its facts, its generations, and the states of all checkers. */
import type { EventType, Recorded, RecordedOf, SendSeed, SendSpec } from '../history/events.ts';
import type { Origin } from './anomaly.ts';
import type { Checker, Finding } from './checker.ts';
import { Following } from './following.ts';
import { Generation } from './generation.ts';
import { PlayFacts } from './play-facts.ts';
import { RareMap } from './rare-map.ts';
import type { Stalls } from './stalls.ts';
import { isReadable } from './truth.ts';

/** States of the checkers by their place in the list; null: broken, with the message in `broken`. */
type States = unknown[];

/** The mock LLM broke its word: what is expected is not known, and nothing can be held against anybody. */
const IRREGULAR = 'the LLM spoke otherwise than it was told to';

export class PlayFold {
  readonly facts: PlayFacts;
  readonly generations = new Map<SendSeed, Generation>();
  /** Checkers that threw, and what. */
  readonly broken = new RareMap<string, string>();
  private readonly checkers: readonly Checker[];
  private readonly listeners: ReadonlyMap<EventType, readonly number[]>;
  private readonly playStates: States;
  private readonly sendStates = new Map<SendSeed, States>();
  /** Events of sends of which it is not known yet what the LLM was told to say. Sources come in any order. */
  private readonly early = new RareMap<SendSeed, Recorded[]>();
  private lastGeneration: Generation | undefined;
  /** What came by streams and is not in their views yet. */
  private readonly unsettled: Following[] = [];

  constructor(checkers: readonly Checker[], stalls: Stalls) {
    this.facts = new PlayFacts(stalls);
    this.checkers = checkers;
    this.listeners = listenersOf(checkers);
    this.playStates = checkers.map((checker) => checker.init());
  }

  /** See Judge. */
  follow(view: string, send: SendSeed, stream: string, line: Readonly<Origin>): Following | undefined {
    const followed = this.generation(send)?.viewOf(view);
    // A checker that listens to every piece is told every piece.
    if (!followed || this.listeners.has('seen')) return undefined;
    return new Following(followed, stream, line, this.facts, this.unsettled);
  }

  private catchUp(): void {
    if (this.unsettled.length === 0) return;
    for (const following of this.unsettled) following.settle();
    this.unsettled.length = 0;
  }

  push(event: Recorded): void {
    this.facts.tick(event.t, event.err);
    this.take(event);
  }

  /** The same as `push`, for text that somebody saw. */
  seen(event: RecordedOf<'seen'>): void {
    this.catchUp();
    this.facts.tick(event.t, event.err);
    const generation = this.generation(event.send);
    if (!generation) {
      this.holdBack(event.send, event);
      return;
    }
    generation.seen(event);
    const listening = this.listeners.get('seen');
    if (listening) this.tell(listening, event);
  }

  /** An event of the whole stack: it concerns this play, and is none of it. */
  take(event: Recorded): void {
    this.catchUp();
    switch (event.type) {
      case 'seen':
      case 'llm.chunk':
      case 'llm.held':
      case 'llm.released':
      case 'row':
      case 'view.open':
      case 'view.reset':
      case 'view.end':
      case 'view.close':
      case 'stream.open':
      case 'stream.close':
      case 'state':
      case 'stray': {
        const generation = this.generation(event.send);
        if (!generation) {
          this.holdBack(event.send, event);
          return;
        }
        generation.step(event);
        if (event.type === 'row') this.facts.hasProbe = true;
        break;
      }
      case 'llm.call':
      case 'llm.fault':
      case 'llm.end': {
        if (event.send === null) return;
        const generation = this.generation(event.send);
        if (!generation) {
          this.holdBack(event.send, event);
          return;
        }
        generation.step(event);
        break;
      }
      case 'plan':
        this.facts.step(event);
        for (const spec of event.sends) this.learn(spec);
        break;
      case 'invoke':
        this.facts.step(event);
        if (event.spec) this.learn(event.spec);
        break;
      case 'source':
      case 'gauge':
      case 'wire.close':
        break;
      default:
        this.facts.step(event);
    }
    const listening = this.listeners.get(event.type);
    if (listening) this.tell(listening, event);
  }

  private generation(send: SendSeed): Generation | undefined {
    if (this.lastGeneration?.spec.seed !== send) this.lastGeneration = this.generations.get(send);
    return this.lastGeneration;
  }

  private holdBack(send: SendSeed, event: Recorded): void {
    const held = this.early.get(send);
    if (held) held.push(event);
    else this.early.set(send, [event]);
  }

  private learn(spec: SendSpec): void {
    if (this.generations.has(spec.seed) || !isReadable(spec)) return;
    this.generations.set(spec.seed, new Generation(spec));
    const held = this.early.get(spec.seed) ?? [];
    this.early.delete(spec.seed);
    for (const event of held) this.take(event);
  }

  private tell(listening: readonly number[], event: Recorded): void {
    for (const index of listening) {
      const checker = this.checkers[index]!;
      const states = checker.key === 'play' ? this.playStates : this.statesOf(event);
      if (!states) continue;
      this.guard(checker, () => {
        states[index] = checker.step(states[index], event as RecordedOf<EventType>);
      });
    }
  }

  private statesOf(event: Recorded): States | undefined {
    const send = 'send' in event ? event.send : undefined;
    if (send === undefined || send === null) return undefined;
    const states = this.sendStates.get(send) ?? this.checkers.map((checker) => checker.init());
    this.sendStates.set(send, states);
    return states;
  }

  private guard<T>(checker: Checker, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.broken.set(checker.id, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** Takes over what another fold of the same play has. The other is not to be used any more. */
  merge(other: PlayFold): void {
    this.catchUp();
    other.catchUp();
    this.facts.merge(other.facts);
    for (const [send, generation] of other.generations) {
      const known = this.generations.get(send);
      if (known) known.merge(generation);
      else this.generations.set(send, generation);
    }
    for (const [send, states] of other.sendStates) {
      const known = this.sendStates.get(send);
      this.sendStates.set(send, known ? this.mergeStates(known, states) : states);
    }
    this.mergeStates(this.playStates, other.playStates);
    for (const [id, message] of other.broken) this.broken.set(id, message);
    this.lastGeneration = undefined;
    for (const held of [...other.early.values(), ...this.takeEarly()])
      for (const event of held) this.take(event);
  }

  private takeEarly(): Recorded[][] {
    const known = [...this.early].filter(([send]) => this.generations.has(send));
    for (const [send] of known) this.early.delete(send);
    return known.map(([, held]) => held);
  }

  private mergeStates(a: States, b: States): States {
    for (const [index, checker] of this.checkers.entries()) a[index] = checker.merge(a[index], b[index]);
    return a;
  }

  /** Sends that have events and of which nothing says what the LLM was told to say. */
  unplanned(): SendSeed[] {
    return [...this.early.keys()];
  }

  /** The judgement of one checker over all that it is keyed by. */
  finding(index: number): Finding {
    const checker = this.checkers[index]!;
    const parts = this.guard(checker, () => {
      if (checker.key === 'play')
        return [checker.verdict(this.playStates[index], { generations: this.generations, play: this.facts })];
      return [...this.generations.values()].map((generation) => {
        const state = this.sendStates.get(generation.spec.seed)?.[index] ?? checker.init();
        const finding = checker.verdict(state, { generation, play: this.facts });
        return generation.isIrregular ? { ...finding, violations: [], inconclusive: IRREGULAR } : finding;
      });
    });
    const message = this.broken.get(checker.id);
    const doubts = (parts ?? []).flatMap(({ inconclusive }) => (inconclusive ? [inconclusive] : []));
    if (message !== undefined) doubts.unshift(`the checker itself failed: ${message}`);
    return {
      samples: (parts ?? []).reduce((sum, { samples }) => sum + samples, 0),
      violations: (parts ?? []).flatMap(({ violations }) => violations),
      ...(doubts.length > 0 && { inconclusive: [...new Set(doubts)].join('; ') }),
    };
  }

  settle(): void {
    this.catchUp();
    for (const generation of this.generations.values()) generation.settle();
  }
}

/** The same for all plays of a judge, of which there may be very many. */
const known = new WeakMap<readonly Checker[], ReadonlyMap<EventType, readonly number[]>>();

function listenersOf(checkers: readonly Checker[]): ReadonlyMap<EventType, readonly number[]> {
  const before = known.get(checkers);
  if (before) return before;
  const listeners = new Map<EventType, number[]>();
  known.set(checkers, listeners);
  for (const [index, { on }] of checkers.entries()) {
    for (const type of on) listeners.set(type, [...(listeners.get(type) ?? []), index]);
  }
  return listeners;
}
