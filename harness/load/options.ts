/** From the words of a command line, a profile and a configuration to the plan of a load run. */
import { readFileSync } from 'node:fs';
import { PACES } from '../../mock-llm/pace/profiles.ts';
import { HoldfastError } from '../errors.ts';
import type { Bounds, SendSpec, TargetCapabilities } from '../history/events.ts';
import { unknownName } from '../unknown-name.ts';
import type { Arrivals } from './arrivals.ts';
import type { Engine } from './engines/engine.ts';
import { parseFault, type Scheduled } from './faults.ts';
import { parseMix } from './mix.ts';
import { type Answers, type LoadPlan, lengthProfiles } from './plan.ts';
import { type LoadProfile, loadProfiles } from './profiles.ts';

/** As they are given; what is absent comes from the profile, and then from the defaults. Times are ms. */
export interface LoadWords {
  users?: number;
  duration?: number;
  warmup?: number;
  arrivals?: string;
  /** Users a second. */
  rate?: number;
  profile?: string;
  mix?: string;
  /** Chunks of an answer: a number, or a length profile. */
  chunks?: string;
  /** ms between two chunks, or a pace profile. */
  gap?: string;
  /** How answers are written. */
  text?: SendSpec['mode'];
  fault?: readonly string[];
}

/** Where neither the command line nor the profile says otherwise; times in ms. */
export const DEFAULTS = { users: 100, duration: 30_000, warmup: 5_000, rate: 10, pollEvery: 2_000 } as const;
export const DEFAULT_ANSWERS = { chunks: 100, pace: { first: 200, gap: 50 } } as const satisfies Answers;

export interface Laid {
  plan: LoadPlan;
  faults: Scheduled[];
  profile: string | null;
  /** In words. */
  arrivals: string;
}

/** @throws HF_USAGE, HF_UNKNOWN_NAME */
export function layPlan(
  words: LoadWords,
  about: {
    engine: Pick<Engine, 'id' | 'doings' | 'mix'>;
    seed: number;
    persistence: string;
    capabilities: TargetCapabilities;
    bounds: Bounds;
    profiles?: Readonly<Record<string, LoadProfile>>;
  },
): Laid {
  const profile: Partial<LoadProfile> =
    words.profile === undefined ? {} : profileOf(words.profile, about.profiles ?? {});
  const duration = words.duration ?? profile.duration ?? DEFAULTS.duration;
  const warmup = words.warmup ?? profile.warmup ?? DEFAULTS.warmup;
  const rate = words.rate ?? profile.rate ?? DEFAULTS.rate;
  const arrivals = words.arrivals ?? profile.arrivals ?? (words.rate === undefined ? 'closed' : 'constant');
  const parsed = arrivalsOf(arrivals, rate);
  if (parsed.kind === 'closed' && words.rate !== undefined)
    throw usage(
      '--rate has no meaning where --arrivals is closed: there users come as fast as they are served',
    );
  const { engine } = about;
  const mix = words.mix === undefined ? mixOf(engine, profile) : parseMix(words.mix, idsOf(engine));
  const length = warmup + duration;
  const faults = [...(profile.faults ?? []), ...(words.fault ?? [])].flatMap((text, at) =>
    // A profile's fault that is past the end of a shorter run is left out; one that was asked for is a mistake.
    at < (profile.faults?.length ?? 0) ? within(text, length) : parseFault(text, length),
  );
  return {
    plan: {
      seed: about.seed,
      persistence: about.persistence,
      arrivals: parsed,
      users: words.users ?? profile.users ?? (parsed.kind === 'closed' ? DEFAULTS.users : MANY),
      warmup,
      duration,
      mix: possible(mix, engine, about.capabilities, words.mix !== undefined),
      answers: answersOf(words, profile),
      bounds: about.bounds,
      pollEvery: profile.pollEvery ?? DEFAULTS.pollEvery,
    },
    faults,
    profile: words.profile ?? null,
    arrivals: parsed.kind === 'closed' ? 'closed' : `${arrivals}, ${rate} a second`,
  };
}

/** In an open loop the users are no bound unless it is asked for. */
const MANY = 50_000;

function profileOf(name: string, own: Readonly<Record<string, LoadProfile>>): LoadProfile {
  const known = { ...loadProfiles, ...own };
  if (Object.hasOwn(known, name)) return known[name]!;
  throw unknownName('load profile', name, Object.keys(known));
}

function within(text: string, length: number): Scheduled[] {
  try {
    return parseFault(text, length);
  } catch (error) {
    if (error instanceof HoldfastError && error.message.includes('after the end')) return [];
    throw error;
  }
}

type Doers = Pick<Engine, 'id' | 'doings' | 'mix'>;

function idsOf({ doings }: Doers): string[] {
  return doings.map(({ id }) => id);
}

/** A profile may ask for what an engine cannot play. */
function mixOf(engine: Doers, { mix }: Partial<LoadProfile>): LoadPlan['mix'] {
  if (!mix) return engine.mix;
  const known = idsOf(engine);
  const stranger = Object.keys(mix).find((id) => (mix[id] ?? 0) > 0 && !known.includes(id));
  if (stranger === undefined) return mix;
  throw usage(
    `the profile asks for users who ${stranger}, and --engine ${engine.id} has none (it has: ${known.join(', ')}); say by --mix what they do instead`,
  );
}

/** Without what the target cannot do; where it was asked for in words, that is a mistake. */
function possible(
  mix: LoadPlan['mix'],
  { doings }: Doers,
  capabilities: TargetCapabilities,
  asked: boolean,
): LoadPlan['mix'] {
  const left: Record<string, number> = {};
  for (const [id, weight] of Object.entries(mix)) {
    const why = doings.find((doing) => doing.id === id)?.needs?.(capabilities) ?? null;
    if (why === null) left[id] = weight;
    else if (asked && weight > 0) throw usage(`--mix asks for ${id}, but ${why}`);
  }
  return left;
}

function arrivalsOf(text: string, rate: number): Arrivals {
  const [kind = '', detail] = text.split(/:(.*)/s);
  const number = (what: string) => {
    const value = Number(detail);
    if (detail === undefined || !(value > 0)) throw usage(`--arrivals ${kind} takes ${what}`);
    return value;
  };
  switch (kind) {
    case 'closed':
      return { kind };
    case 'constant':
    case 'poisson':
      if (detail !== undefined) throw usage(`--arrivals ${kind} takes nothing behind it`);
      return { kind, rate };
    case 'gamma':
      return { kind, rate, cv: number('the coefficient of variation of the gaps, as gamma:3') };
    case 'ramp':
      return { kind, rate, to: number('the rate at the end, as ramp:100') };
    case 'step': {
      const [, to, at] = /^([\d.]+)@(\d+)s$/.exec(detail ?? '') ?? [];
      if (to === undefined)
        throw usage('--arrivals step takes the new rate and when it begins, as step:40@30s');
      return { kind, rate, to: Number(to), at: Number(at) * 1_000 };
    }
    case 'trace':
      return { kind, times: traceIn(detail ?? '') };
    default:
      throw unknownName('kind of arrivals', text, [
        'closed',
        'constant',
        'poisson',
        'gamma:<cv>',
        'step:<rate>@<time>',
        'ramp:<rate>',
        'trace:<file>',
      ]);
  }
}

/** One time a line, in seconds from the start. */
function traceIn(file: string): number[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw usage(`--arrivals trace:${file} cannot be read: ${(error as Error).message}`);
  }
  const times = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => Number(line) * 1_000);
  if (times.length === 0 || times.some((time, i) => !(time >= (times[i - 1] ?? 0))))
    throw usage(
      `--arrivals trace:${file} must hold one time a line, in seconds from the start, none before the last`,
    );
  return times;
}

function answersOf({ chunks, gap, text }: LoadWords, profile: Partial<LoadProfile>): Answers {
  const answers = { ...DEFAULT_ANSWERS, ...profile.answers };
  if (chunks !== undefined) {
    const count = Number(chunks);
    if (!lengthProfiles.includes(chunks) && !(Number.isInteger(count) && count >= 2 && count <= 1_000_000))
      throw usage(
        `--chunks takes a number from 2 to 1000000 or one of ${lengthProfiles.join(', ')}, not "${chunks}"`,
      );
    answers.chunks = lengthProfiles.includes(chunks) ? chunks : count;
  }
  if (gap !== undefined) {
    const [, ms] = /^(\d{1,7})ms$/.exec(gap) ?? [];
    if (ms === undefined && !Object.hasOwn(PACES, gap))
      throw usage(`--gap takes a time as 250ms, or one of ${Object.keys(PACES).join(', ')}, not "${gap}"`);
    answers.pace = ms === undefined ? gap : { first: 200, gap: Number(ms) };
  }
  if (text !== undefined) answers.text = text;
  return answers;
}

export function describeAnswers({ chunks, pace, text }: Answers): string {
  const speed = typeof pace === 'string' ? `at the pace of ${pace}` : `one every ${pace.gap} ms`;
  return `${chunks} chunks${text ? `, ${text} text` : ''}, ${speed}`;
}

function usage(what: string): HoldfastError {
  return new HoldfastError('HF_USAGE', { what, command: 'load' });
}
