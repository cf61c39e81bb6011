/**
 * Every place in an answer at which the server can die by SIGKILL, with every way of going on:
 *
 *     asking        the question and an empty answer are saved, the LLM has not been asked yet
 *     spoken k      the LLM has said k chunks, and readers have them
 *     saving k      the checkpoint after chunk k is being written
 *     saved k       the checkpoint after chunk k was written
 *     unended       the LLM has said all, and `completed` is not written
 *
 * One death serves a whole wave: many streams, each held at a place of its own, so that all of them are there when it
 * comes. Each is judged by itself.
 */
import type { Tab } from '../actors/actor.ts';
import type { TargetCapabilities } from '../history/events.ts';
import { defineScenario, type Scenario, type Stage } from '../runs/scenario.ts';
import { FED, POLL_EVERY, type Point, padded, type Way } from './point.ts';

export const crashStates = ['asking', 'spoken', 'saving', 'saved', 'unended'] as const;
export type CrashState = (typeof crashStates)[number];

/** `gone`: nobody watches when it happens; who comes afresh must find what is left. */
export type AfterCrash = Way | 'gone';

export interface CrashPlan {
  /** Length of the answer. */
  chunks: number;
  states: readonly CrashState[];
  ways: readonly Way[];
  /** Chunks between two checkpoints of the target; null: it makes none. */
  checkpointEvery: number | null;
}

/** Fewer than the reference server has connections to its database: each save of a wave has one to itself. */
const SAVING_AT_ONCE = 8;
const AT_ONCE = 64;

export function crashPoints({ chunks, states, ways, checkpointEvery }: CrashPlan): Point[] {
  const all = upTo(chunks, 0, 1);
  const checkpoints = checkpointEvery === null ? [] : upTo(chunks, checkpointEvery, checkpointEvery);
  const places: Record<CrashState, readonly number[]> = {
    asking: [0],
    spoken: all,
    saving: checkpoints,
    saved: checkpoints,
    unended: [chunks],
  };
  return states.flatMap((state) => {
    const size = state === 'saving' || state === 'unended' ? SAVING_AT_ONCE : AT_ONCE;
    const here = [...ways, 'gone' as const].flatMap((way) => places[state].map((at) => ({ way, at })));
    return here.map(({ way, at }, index) =>
      crashPoint({ chunks, at, state, way, wave: `${state}-${Math.floor(index / size)}` }),
    );
  });
}

function upTo(last: number, from: number, step: number): number[] {
  return Array.from({ length: Math.floor((last - from) / step) + 1 }, (_, n) => from + n * step);
}

interface Place {
  chunks: number;
  at: number;
  state: CrashState;
  way: AfterCrash;
  wave: string;
}

function crashPoint(place: Place): Point {
  const { chunks, at, state, way, wave } = place;
  const id = `crash-${state}-${padded(at, chunks)}-of-${chunks}-${way}`;
  // Where the LLM was never asked there is no call to count.
  const scenario: Scenario<null> = defineScenario<null>({
    id,
    title: `Server killed in the state "${state}" after chunk ${at}, ${way}`,
    about: `The server dies by SIGKILL ${MEANS[state]}; ${at} of ${chunks} chunks were said by then.`,
    drivers: ['api'],
    wave,
    feeds: state === 'asking' ? FED.filter((checker) => checker !== 'one-generation') : FED,
    needs: cannotBe,
    questions: { question: { chunks: [chunks, chunks] } },
    points: () => null,
    strikes: () => [`SIGKILL ${MEANS[state]}, after chunk ${at}`],
    coverage: () => [{ goal: 'fault-struck', fault: 'kill' }],
    pollEvery: POLL_EVERY,
    ...(way === 'poll' && { resume: 'poll' }),
    play: (stage) => playCrash(stage, place),
  });
  return { id, kind: 'crash', row: state, column: way, scenario };
}

const MEANS: Record<CrashState, string> = {
  asking: 'between the row and the LLM call',
  spoken: 'while the LLM is held',
  saving: 'while a checkpoint is being written',
  saved: 'right after a checkpoint was written',
  unended: 'between the last chunk and `completed`',
};

function cannotBe({ afterCrash }: TargetCapabilities): string | null {
  return afterCrash === 'nothing' ? 'the target promises nothing after a crash' : null;
}

async function playCrash(stage: Stage, place: Place): Promise<void> {
  const { way, state } = place;
  const question = stage.question('question');
  const laptop = await stage.device('laptop');
  const tab = await laptop.openTab();
  await tab.createSession('kelp');
  await BROUGHT_TO[state](stage, place, tab);
  await stage.probe();
  if (way === 'gone') await laptop.close();
  await stage.together(async ({ target, database, llmLink }) => {
    await target.kill('SIGKILL');
    // What a dead server had on its way never arrives.
    for (const link of [database, llmLink]) {
      link.cut();
      await link.heal();
    }
    await target.restart();
  });
  // A server that goes on with what another left has somebody to listen to; for any other the call has ended.
  await stage.llm.release(question);
  if (way === 'refresh') await tab.refresh();
  if (way !== 'gone') await tab.finished(question);
}

type Steps = (stage: Stage, place: Place, tab: Tab) => Promise<void>;

/** Each asks, and brings the server to its state. */
const BROUGHT_TO: Record<CrashState, Steps> = {
  async asking(stage, _, tab) {
    const question = stage.question('question');
    await stage.together(async ({ llmLink }) => llmLink.hold());
    await tab.send(question);
    await stage.saved(question, 0);
  },

  spoken: (stage, { at }, tab) => ask(stage, at, tab),

  async saving(stage, { at }, tab) {
    const question = stage.question('question');
    await ask(stage, at - 1, tab);
    await stage.together(async ({ database }) => database.hold());
    await stage.llm.holdAt(question, at);
    await stage.llm.spoke(question, at);
    await stage.together(({ database, plays }) => database.waits(plays));
  },

  async saved(stage, { at }, tab) {
    await ask(stage, at, tab);
    await stage.saved(stage.question('question'), at);
  },

  async unended(stage, { chunks }, tab) {
    const question = stage.question('question');
    await ask(stage, chunks, tab);
    await stage.saved(question, chunks);
    await stage.together(async ({ database }) => database.hold());
    await stage.llm.release(question);
    await stage.llm.ended(question);
    await stage.together(({ database, plays }) => database.waits(plays));
  },
};

/** Asks, and resolves when the LLM is held after so many chunks and the reader has them. */
async function ask(stage: Stage, chunks: number, tab: Tab): Promise<void> {
  const question = stage.question('question');
  await stage.llm.holdAt(question, chunks);
  await tab.send(question);
  await stage.llm.waitsAt(question, chunks);
  await tab.sees(question, chunks);
}
