/** The stage of one play: what a scenario can lay hands on, and what is done after it whatever it did. */
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDirective } from '../../mock-llm/directive.ts';
import { type Device, type Question, type Session, within } from '../actors/actor.ts';
import { API_DEFAULTS, attack, createReader, replay } from '../actors/api/index.ts';
import type { ActorSettings, Driver } from '../actors/driver.ts';
import type { Starved } from '../actors/patience.ts';
import { createSourceReader } from '../checkers/rendering.ts';
import { now, type Recorder, type SendSeed } from '../history/index.ts';
import type { Stack } from '../stack/stack.ts';
import type { Probe, Target, User } from '../targets/target.ts';
import { hearing } from './hearing.ts';
import { lookFor } from './looking.ts';
import type { PlayPlan } from './plan.ts';
import type { Stage } from './scenario.ts';
import { createStackStage } from './stack-stage.ts';
import { unmetIsTold } from './unmet.ts';
import type { Wave } from './wave.ts';

export interface StageOptions {
  plan: PlayPlan;
  stack: Stack;
  target: Target;
  recorder: Recorder;
  /** Who plays. */
  driver: Driver;
  resume: ActorSettings['resume'];
  /** `pass` is so many times shorter. */
  haste: number;
  /** Sees what is saved; undefined where the target has no such thing. */
  probe: Probe | undefined;
  /** Keeps connections past all faults, for the readers of all plays on a stack. */
  kept: Agent;
  /** For how long those that are waited for had no processor. */
  starved: Starved;
  /** The others that are played at the same time, and books what is done to the stack for all of them. */
  wave?: { together: Wave['together']; recorder: Recorder };
  /** A name unique in the history. */
  name: (kind: string) => string;
}

export interface PlayedStage extends Stage {
  /** Starts the instances of the target that the scenario needs besides the first. */
  begin(): Promise<void>;
  devices(): readonly Device[];
  /** Every session of the play that something was asked in. */
  sessions(): readonly string[];
  /** Heals every device, releases every barrier. */
  heal(): Promise<void>;
  /** Fresh readers, replays, an attack on each session, and the last look at the database. */
  readAfresh(): Promise<void>;
  /** Whether the target says that every answer has ended. */
  isQuiet(): Promise<boolean>;
  /** Resolves when every tab holds every answer for ended. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** How often it is looked whether something is saved, ms. */
const LOOK_EVERY = 20;
const READ_ATTEMPTS = 5;
const READ_PAUSE = 200;

export function createStage(options: StageOptions): PlayedStage {
  const { plan, stack, target, recorder, probe, kept, starved, name } = options;
  const { llm } = stack;
  const capabilities = plan.event.target.capabilities;
  const questions = Object.values(plan.questions);
  const ours = new Set<SendSeed>(questions.map(({ spec }) => spec.seed));
  const sends = new Map<string, SendSeed[]>();
  const devices: Device[] = [];
  const listener = hearing(recorder);
  // A socket for each request of an intruder: a kept one that the target has just closed would look like a refusal.
  const single = new Agent({ keepAlive: false });

  const identify = (text: string): SendSeed | null => {
    const seed = directiveSeed(text);
    return seed !== null && ours.has(seed) ? seed : null;
  };

  const settings: ActorSettings = {
    ...API_DEFAULTS,
    play: plan.play,
    target,
    persistence: plan.persistence,
    pageMode: plan.pageMode,
    sourceOf: sourcesOf(questions),
    user: target.users[0],
    recorder: noticing(listener.recorder, (session, send) => {
      const known = sends.get(session) ?? [];
      if (!known.includes(send)) sends.set(session, [...known, send]);
    }),
    identify,
    sendsIn: (session) => sends.get(session) ?? [],
    resume: plan.scenario.resume ?? options.resume,
    pollEvery: plan.scenario.pollEvery ?? API_DEFAULTS.pollEvery,
    starved,
    name,
  };
  /** Past all faults: readers that judge what there is, not how one gets there. */
  const direct = (user: User) => ({
    origin: stack.target.url,
    agent: kept,
    headers: user.headers,
    starved,
    asksAgain: true as const,
  });
  const intruding = (user: User) => ({ ...direct(user), agent: single });
  const passerBy = createReader(settings, 'passer-by', () => direct(settings.user));
  const freshReader = createReader(settings, 'fresh-reader', () => direct(settings.user), true);

  const bounded = <T>(what: string, step: Promise<T>) => within(settings.waitWithin, what, step, starved);

  async function look(final: boolean): Promise<void> {
    if (!probe) return;
    const op = name('op');
    const fields = { op, f: 'probe', actor: 'database' } as const;
    const asked = now();
    recorder.record({ type: 'invoke', ...fields });
    try {
      const rows = await probe.snapshot([...sends.keys()]);
      for (const send of [...sends.values()].flat()) {
        const own = rows.filter((row) => identify(row.question) === send);
        const row = own.at(-1);
        recorder.record({
          type: 'row',
          op,
          send,
          asked,
          text: row?.answer?.text ?? '',
          state: row?.answer?.state ?? 'absent',
          question: row !== undefined,
          ...(own.length > 1 && { answers: own.length }),
          ...(final && { final }),
        });
      }
      recorder.record({ type: 'ok', ...fields });
    } catch (error) {
      recorder.record({ type: 'info', ...fields, reason: String(error) });
    }
  }

  /** What is done to the stack, booked by `by`. */
  const operating = (by: Recorder, plays = 1) =>
    createStackStage({ stack, recorder: by, plays, waitWithin: settings.waitWithin, starved, name });
  const own = operating(recorder);

  /** Whether the database holds the answer with at least so much text. */
  async function isSaved({ spec, lengthAfter }: Question, chunks: number): Promise<boolean> {
    const rows = (await probe?.snapshot([...sends.keys()])) ?? [];
    return rows.some(
      ({ question, answer }) =>
        identify(question) === spec.seed && answer !== null && answer.text.length >= lengthAfter(chunks),
    );
  }

  /** A connection may break through no fault of what is read; what is not there after that is missed by the judge. */
  async function patiently<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
    for (let attempt = 1; attempt < READ_ATTEMPTS; attempt++) {
      const got = await read();
      if (got !== undefined) return got;
      await sleep(READ_PAUSE);
    }
    return read();
  }

  async function assail(session: string): Promise<void> {
    const answers = (await patiently(() => passerBy.history(session))) ?? [];
    await attack(settings, intruding, { session, answers });
  }

  return {
    capabilities,
    bounds: plan.event.bounds,
    question(wanted) {
      const question = plan.questions[wanted];
      if (!question) throw new TypeError(`scenario ${plan.scenario.id} has no question "${wanted}"`);
      return question;
    },
    async device(deviceName) {
      const device = await options.driver.device(deviceName, settings, stack.proxy);
      devices.push(device);
      return device;
    },
    llm: {
      holdAt: ({ spec }, at) => llm.allow(spec.seed, at === 'opened' ? 'none' : at),
      release: ({ spec }) => llm.allow(spec.seed, 'all'),
      waitsAt: ({ name: asked, spec }, at) =>
        bounded(`the LLM to wait at ${at} of "${asked}"`, llm.held(spec.seed, at === 'opened' ? -1 : at)),
      spoke: ({ name: asked, spec }, chunks) =>
        bounded(`the LLM to speak ${chunks} chunks of "${asked}"`, llm.emitted(spec.seed, chunks)),
      async ended({ name: asked, spec }) {
        await bounded(`the LLM call of "${asked}" to end`, llm.ended(spec.seed));
      },
    },
    ...own,
    together(step) {
      const { wave } = options;
      return wave ? wave.together((plays) => step(operating(wave.recorder, plays))) : step(own);
    },
    saved: (question, chunks) =>
      lookFor(
        `the database to hold ${chunks} chunks of "${question.name}"`,
        () => isSaved(question, chunks),
        { every: LOOK_EVERY, within: settings.waitWithin, starved },
      ),
    probe: () => look(false),
    async glance(session) {
      await passerBy.snapshot(session.id);
      await passerBy.status(session.id);
    },
    attack: (session: Session) => assail(session.id),
    hears: ({ name: asked, spec }) =>
      bounded(`somebody to get something of the answer to "${asked}"`, listener.heard(spec.seed)),
    hearsAnew: ({ name: asked, spec }) =>
      bounded(`a new stream to bring something of the answer to "${asked}"`, listener.heard(spec.seed, true)),
    reached: (step, what) => bounded(what, step),
    pollEvery: settings.pollEvery,
    pass: (ms) => sleep(ms / options.haste),

    async begin() {
      const { instances = 1 } = plan.scenario;
      if (plan.scenario.movesDatabaseClock) await own.leadDatabaseClock();
      for (let n = stack.instances.length; n < instances; n++) await stack.restartTarget(recorder, n);
      // One that has lost its connections finds new ones.
      if (plan.scenario.movesDatabaseClock) await own.target.serves();
    },
    devices: () => devices,
    sessions: () => [...sends.keys()],
    async heal() {
      for (const device of devices) await device.heal();
      if (plan.scenario.alone || plan.scenario.wave !== undefined) await own.heal();
      await Promise.all(questions.map((question: Question) => llm.allow(question.spec.seed, 'all')));
    },
    async isQuiet() {
      for (const [session, expected] of sends) {
        const answers = await passerBy.history(session);
        const ended = new Set(answers?.filter(({ state }) => state !== 'generating').map(({ send }) => send));
        if (!expected.every((send) => ended.has(send))) return false;
      }
      return true;
    },
    async quiet() {
      for (const device of devices) await device.quiet();
    },
    async readAfresh() {
      if (plan.scenario.movesDatabaseClock === 'for-certain')
        await unmetIsTold(recorder, () => own.jumpsWereFelt());
      for (const session of sends.keys()) {
        const answers = await patiently(() => freshReader.snapshot(session));
        await freshReader.status(session);
        if (capabilities.replayAfterEnd) {
          for (const { message, send, state } of answers ?? []) {
            // What has not ended by now has been waited for long enough.
            if (state === 'generating') continue;
            await replay(settings, direct(settings.user), { actor: 'fresh-reader', session, message, send });
          }
        }
        if (plan.scenario.feeds.includes('access')) await assail(session);
        const over = answers?.filter(({ state }) => state !== 'generating').map(({ send }) => send) ?? [];
        await unmetIsTold(recorder, () =>
          options.driver.readAfresh?.(session, [...new Set(over)], settings, stack.target.url),
        );
      }
      await look(true);
    },
    async close() {
      for (const device of devices) await device.close();
      await own.close();
      if (plan.scenario.instances !== undefined) await stack.retireOthers();
      single.destroy();
    },
  };
}

/** By whom the source of a rendered text is read, for each question. */
function sourcesOf(questions: readonly Question[]): ActorSettings['sourceOf'] {
  const readers = new Map(questions.map(({ spec }) => [spec.seed, createSourceReader(spec)]));
  return (send, rendered) => readers.get(send)?.(rendered).text ?? '';
}

function directiveSeed(text: string): SendSeed | null {
  try {
    return parseDirective(text)?.seed ?? null;
  } catch {
    return null;
  }
}

/** Passes events on and notices which sends were asked in which session. */
function noticing(recorder: Recorder, asked: (session: string, send: SendSeed) => void): Recorder {
  return {
    ...recorder,
    record(event, when) {
      if (
        event.type === 'invoke' &&
        event.f === 'send' &&
        event.session !== undefined &&
        event.send !== undefined
      ) {
        asked(event.session, event.send);
      }
      return recorder.record(event, when);
    },
  };
}
