/** `holdfast verify`: from the words of a command line to a run. */
import { randomInt } from 'node:crypto';
import { scenarios as shipped } from '../../scenarios/index.ts';
import type { DriverName } from '../actors/driver.ts';
import { loadConfig } from '../config.ts';
import { HoldfastError } from '../errors.ts';
import type { SendSpec } from '../history/events.ts';
import { readProgram } from '../programs/program.ts';
import { scenarioOf } from '../programs/scenario-of.ts';
import { type Found, findBrowser } from '../stack/browser/find.ts';
import type { BrowserProviderName } from '../stack/browser/provider.ts';
import { choosePostgres } from '../stack/postgres/choose.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { modesOf, type PageMode } from '../targets/page.ts';
import { reference } from '../targets/reference.ts';
import type { Target } from '../targets/target.ts';
import { unknownName } from '../unknown-name.ts';
import { repeatCommand } from './command.ts';
import type { Boundary } from './draw.ts';
import { interruption } from './interruption.ts';
import { DEFAULT_BOUNDS } from './plan.ts';
import { type Run, type RunOptions, run } from './run.ts';
import type { AnyScenario } from './scenario.ts';

export interface VerifyOptions {
  /** Ids, files of programs (`….json`), or programs themselves, as JSON. */
  scenario?: string[];
  all?: boolean;
  /** Default: everybody who can play the target. */
  driver?: string[];
  browser: BrowserProviderName | 'auto';
  persistence?: string[];
  defect?: string[];
  seed?: number;
  /** How all answers are written; default: the seed decides for each. */
  text?: SendSpec['mode'];
  /** Plays at an end of what may be drawn; default: the seed decides. */
  boundary?: Boundary;
  repeat: number;
  jobs: number;
  resume: 'auto' | 'stream' | 'poll';
  /** How pages show text; default: the first of the target's modes. */
  page?: string;
  out: string;
  allowSkip?: boolean;
  postgres: ProviderName | 'auto';
  config?: string;
}

const DRIVERS: readonly DriverName[] = ['api', 'browser'];

/** What whoever started the run wants to hear while it goes on. */
export type Listener = Pick<RunOptions, 'onPlan' | 'onPlay'>;

/** @throws HoldfastError of exit code 64 where the options make no sense; whatever comes later is in the results */
export async function verify(options: VerifyOptions, listener: Listener = {}): Promise<Run> {
  const { target = reference, scenarios: own = [], bounds } = await loadConfig(options.config);
  await requirePostgres(options.postgres);
  const scenarios = chooseScenarios([...shipped, ...own], options);
  const drivers = choose('driver', DRIVERS, options.driver ?? (target.page ? DRIVERS : ['api']));
  const persistence = choose(
    'way of persisting',
    target.persistence,
    options.persistence ?? [target.persistence[0]!],
  );
  const needed =
    target.page && drivers.includes('browser') && scenarios.some((it) => it.drivers.includes('browser'));
  const browser = needed ? await requireBrowser(options.browser) : undefined;
  const seed = options.seed ?? randomInt(2 ** 32);
  const plantable = (await target.defects?.()) ?? [];
  return run({
    target,
    scenarios,
    asked: options.scenario !== undefined,
    drivers,
    ...(browser && { browser }),
    persistence,
    seed,
    ...(options.text && { text: options.text }),
    ...(options.boundary && { boundary: options.boundary }),
    repeat: options.repeat,
    jobs: options.jobs,
    resume: options.resume,
    ...(options.page !== undefined && { pageMode: requireMode(target, options.page) }),
    bounds: { ...DEFAULT_BOUNDS, ...bounds },
    defects: choose(
      'defect',
      plantable.map(({ name }) => name),
      options.defect ?? [],
    ),
    postgres: options.postgres,
    out: options.out,
    allowSkip: options.allowSkip ?? false,
    command: repeatCommand({ ...options, seed }),
    signal: interruption(),
    ...listener,
  });
}

/** What was asked for by name must be there before anything is made; what `auto` finds is seen when it starts. */
export async function requirePostgres(asked: VerifyOptions['postgres']): Promise<void> {
  if (asked === 'auto') return;
  const { ok, why } = await choosePostgres(asked).available();
  if (!ok) throw new HoldfastError('HF_PROVIDER_MISSING', { provider: `PostgreSQL (${asked})`, what: why });
}

function requireMode({ page }: Target, asked: string): PageMode {
  const [mode] = choose('mode of the page', page ? modesOf(page) : [], [asked]);
  return mode!;
}

async function requireBrowser(asked: VerifyOptions['browser']): Promise<Found> {
  const found = await findBrowser(asked);
  if (!found.ok && asked !== 'auto') {
    throw new HoldfastError('HF_PROVIDER_MISSING', { provider: `the browser ${asked}`, what: found.why });
  }
  return found;
}

function chooseScenarios(
  known: readonly AnyScenario[],
  { scenario, all }: VerifyOptions,
): readonly AnyScenario[] {
  // The canary must fail: it is played only by name, or it would make every full run red.
  if (scenario === undefined) return known.filter(({ short, mustFail }) => (all ? !mustFail : short));
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  const isProgram = (name: string) => name.endsWith('.json') || name.startsWith('{');
  const programs = scenario.filter(isProgram).map((source) => scenarioOf(readProgram(source)));
  const named = scenario.filter((name) => !isProgram(name));
  return [...choose('scenario', [...byId.keys()], named).map((id) => byId.get(id)!), ...programs];
}

/** The asked ones, each once, all of them known. */
function choose<T extends string>(kind: string, known: readonly T[], asked: readonly string[]): T[] {
  for (const name of asked) {
    if (!known.includes(name as T)) throw unknownName(kind, name, known);
  }
  return [...new Set(asked as T[])];
}
