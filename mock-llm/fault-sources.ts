/**
 * Where the timeline of a call comes from. The first of these that says anything (`none` is saying something) is
 * taken whole; nothing is merged:
 *
 *     1  `faults=` in the directive of the prompt
 *     2  the header `x-holdfast-faults` of the request, which holds for a call without a directive too
 *     3  the admin API, for the seed
 *     4  the admin API, for all calls with a directive
 *     5  the file, for the seed
 *     6  the file, for all calls with a directive
 */
import type { Directive } from './directive.ts';
import { MockLlmError } from './errors.ts';
import { parseTimeline, type Timeline } from './faults/timeline.ts';

export const FAULTS_HEADER = 'x-holdfast-faults';

const NONE: Timeline = [];

interface Rules {
  all: Timeline | null;
  seeds: Map<number, Timeline>;
}

export class FaultSources {
  readonly #admin: Rules = { all: null, seeds: new Map() };
  readonly #file: Rules;

  /** @param file from `readFaultsFile` */
  constructor(file: Rules = { all: null, seeds: new Map() }) {
    this.#file = file;
  }

  /** @throws MockLlmError ML_FAULT where the header is not understood */
  of(directive: Pick<Directive, 'seed' | 'faults'> | null, header: string | undefined): Timeline {
    const fromHeader = () => (header === undefined ? null : parseTimeline(header.trim()));
    if (!directive) return fromHeader() ?? NONE;
    return (
      directive.faults ??
      fromHeader() ??
      ruled(this.#admin, directive.seed) ??
      ruled(this.#file, directive.seed) ??
      NONE
    );
  }

  /** What the admin API said. @param seed null: for all */
  get(seed: number | null): Timeline | null {
    return seed === null ? this.#admin.all : (this.#admin.seeds.get(seed) ?? null);
  }

  /** @param timeline null: it says nothing any more */
  set(seed: number | null, timeline: Timeline | null): void {
    if (seed === null) this.#admin.all = timeline;
    else if (timeline === null) this.#admin.seeds.delete(seed);
    else this.#admin.seeds.set(seed, timeline);
  }
}

function ruled({ all, seeds }: Rules, seed: number): Timeline | null {
  return seeds.get(seed) ?? all;
}

/**
 * Reads `{ "all": "stall@3:500", "seeds": { "1z141z": "reset@17" } }`, seeds in base 36 as in a directive.
 *
 * @throws MockLlmError ML_FILE
 */
export function readFaultsFile(name: string, text: string): Rules {
  try {
    const { all = null, seeds = {}, ...others } = JSON.parse(text);
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new Error(`there is no "${unknown}" in it, only "all" and "seeds"`);
    return {
      all: all === null ? null : timelineIn(all),
      seeds: new Map(Object.entries(seeds).map(([seed, timeline]) => [seedIn(seed), timelineIn(timeline)])),
    };
  } catch (error) {
    throw new MockLlmError('ML_FILE', { file: name, what: (error as Error).message }, { cause: error });
  }
}

function timelineIn(text: unknown): Timeline {
  if (typeof text !== 'string') throw new Error(`a timeline is a text, not ${JSON.stringify(text)}`);
  return parseTimeline(text);
}

function seedIn(text: string): number {
  const seed = /^[0-9a-z]{1,7}$/.test(text) ? Number.parseInt(text, 36) : Number.NaN;
  if (seed <= 0xffffffff) return seed;
  throw new Error(`a seed is an unsigned 32-bit number in base 36, not "${text}"`);
}
