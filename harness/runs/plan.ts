/** The plan of a play: a pure function of scenario, seed and what it is played with. */
import { formatDirective } from '../../mock-llm/directive.ts';
import { parseTimeline } from '../../mock-llm/faults/timeline.ts';
import type { Question } from '../actors/actor.ts';
import type { DriverName } from '../actors/driver.ts';
import { truthOf } from '../checkers/truth.ts';
import type { Bounds, PlanEvent, SendSpec } from '../history/events.ts';
import { modesOf, type PageMode } from '../targets/page.ts';
import type { Target } from '../targets/target.ts';
import { type Boundary, createDraw, type Draw, seedOf } from './draw.ts';
import { drawFaults, type LlmFaults } from './llm-faults.ts';
import type { AnyScenario } from './scenario.ts';

export interface PlayPlan {
  /** Key of the play in the history: `persistence/scenario/driver/repetition`. */
  play: string;
  scenario: AnyScenario;
  driver: DriverName;
  persistence: string;
  /** How pages show text. */
  pageMode: PageMode;
  repetition: number;
  questions: Record<string, Question>;
  points: never;
  event: PlanEvent;
}

export interface PlanOptions {
  scenario: AnyScenario;
  driver: DriverName;
  persistence: string;
  repetition: number;
  seed: number;
  target: Target;
  bounds: Bounds;
  /** How pages show text; default: the first of the target's modes. */
  pageMode?: PageMode;
  /** Default: the seed decides. */
  text?: SendSpec['mode'];
  /** Gaps between chunks are so many times shorter; default: 1. */
  haste?: number;
  /** Plays at an end of what may be drawn; default: the seed decides. */
  boundary?: Boundary;
  /** Seeds of sends that are taken; those of this plan are added. */
  taken?: Set<number>;
}

/** Bounds of liveness (ms) that a play is judged by, unless the configuration sets others. */
export const DEFAULT_BOUNDS: Bounds = { end: 8_000, delivery: 1_000, cancel: 2_000 };

export function planPlay(options: PlanOptions): PlayPlan {
  const {
    scenario,
    driver,
    persistence,
    repetition,
    seed,
    target,
    bounds,
    haste = 1,
    taken = new Set(),
  } = options;
  const pageMode = options.pageMode ?? (target.page ? modesOf(target.page)[0] : 'plain');
  const isRendered = driver === 'browser' && pageMode === 'rendered';
  // The way of persisting is left out, so that before and after are the same play.
  const draw = createDraw(seedOf(seed, scenario.id, driver, repetition), options.boundary);
  const questions: Record<string, Question> = {};
  const chunks: Record<string, number> = {};
  const llmFaults: LlmFaults[] = [];
  for (const [name, wish] of Object.entries(scenario.questions)) {
    const faults = drawFaults(wish.faults, draw, () => {
      const sendSeed = drawFree(draw, taken);
      const length = draw.between(...wish.chunks);
      // A quarter of the answers carries no watermark: the marks must hide nothing.
      const mode = draw.number() % 4 === 0 ? 'natural' : 'marked';
      // But what a page renders is told by its marks alone.
      return { seed: sendSeed, chunks: length, mode: options.text ?? (isRendered ? 'marked' : mode) };
    });
    questions[name] = questionOf(name, faults.spec, Math.round((wish.gap ?? 0) / haste));
    chunks[name] = faults.spec.chunks;
    llmFaults.push(wish.mayMiss ? { ...faults, goals: [] } : faults);
  }
  const points = scenario.points(draw, chunks);
  const send = (name: string) => {
    const question = questions[name];
    if (!question) throw new TypeError(`scenario ${scenario.id} has no question "${name}"`);
    return question.spec.seed;
  };
  return {
    play: `${persistence}/${scenario.id}/${driver}/${repetition}`,
    scenario,
    driver,
    persistence,
    pageMode,
    repetition,
    questions,
    points: points as never,
    event: {
      type: 'plan',
      scenario: scenario.id,
      driver,
      persistence,
      ...(driver === 'browser' && { page: pageMode }),
      seed,
      repetition,
      sends: Object.values(questions).map((question) => question.spec),
      feeds: scenario.feeds.filter(
        (checker) => FED_ONLY_WHERE[checker]?.(target, persistence, driver) ?? true,
      ),
      coverage: [...scenario.coverage({ send, points, chunks }), ...llmFaults.flatMap(({ goals }) => goals)],
      target: { name: target.name, capabilities: target.capabilities(persistence) },
      bounds,
      strikes: [...scenario.strikes(points), ...llmFaults.flatMap(({ words }) => words)],
    },
  };
}

/** Of what a target makes no promise, no sample can be expected: there it is not applicable, and shown as that. */
const FED_ONLY_WHERE: Readonly<
  Record<string, (target: Target, persistence: string, driver: DriverName) => boolean>
> = {
  'bounded-exposure': (target, way) =>
    target.probe !== undefined && target.capabilities(way).checkpointEvery !== null,
  // Which cursor a page asks with nobody sees; that its text goes on where it stood is prefix-order's matter.
  'cursor-exact': (target, way, driver) => target.capabilities(way).resume === 'append' && driver === 'api',
  'cancel-honoured': (target, way) => target.capabilities(way).stop,
  access: (target, way) => target.capabilities(way).users || target.capabilities(way).cursor !== 'none',
};

/** Every intended send of a run has a seed of its own: it is the send's name. */
function drawFree(draw: Draw, taken: Set<number>): number {
  let seed = draw.number();
  while (taken.has(seed)) seed = draw.number();
  taken.add(seed);
  return seed;
}

const TOPICS = [
  'What holds kelp to the rock?',
  'Why do tides turn?',
  'How does a reef grow?',
  'What is an anchor for?',
];

function questionOf(name: string, spec: SendSpec, gap: number): Question {
  const lengths: number[] = [0];
  const { faults, ...said } = spec;
  const timeline = faults === undefined ? {} : { faults: parseTimeline(faults) };
  return {
    name,
    spec,
    text: `${TOPICS[spec.seed % TOPICS.length]} ${formatDirective({ ...said, gap, ...timeline })}`,
    key: `hf-${spec.seed.toString(36)}`,
    lengthAfter(chunks) {
      for (let i = lengths.length; i <= chunks; i++) {
        lengths.push(lengths[i - 1]! + truthOf(spec, 0).chunk(i - 1).length);
      }
      return lengths[chunks]!;
    },
  };
}
