/**
 * `holdfast.config.ts` (or `.mts`): which target is tested, and what differs from the defaults.
 *
 *     import { defineConfig } from 'holdfast';
 *     export default defineConfig({ target: myTarget, bounds: { end: 20_000 } });
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { HoldfastError } from './errors.ts';
import type { Bounds } from './history/events.ts';
import type { LoadProfile } from './load/profiles.ts';
import type { AnyScenario } from './runs/scenario.ts';
import type { Target } from './targets/target.ts';

export interface HoldfastConfig {
  /** Default: the reference server. */
  target?: Target;
  /** Played besides those that come with holdfast. */
  scenarios?: readonly AnyScenario[];
  /** Bounds of liveness, ms. */
  bounds?: Partial<Bounds>;
  /** Loads of your own for `holdfast load --profile`, by name. */
  profiles?: Readonly<Record<string, LoadProfile>>;
}

/** Gives a configuration its type. */
export function defineConfig(config: HoldfastConfig): HoldfastConfig {
  return config;
}

const FILES = ['ts', 'mts', 'js', 'mjs'].map((ending) => `holdfast.config.${ending}`);

const functions = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [name, z.custom((value) => typeof value === 'function', 'must be a function')]),
  );
const ms = z.number().int().positive();
const SHAPE = z.strictObject({
  target: z
    .looseObject({
      name: z.string().min(1),
      framing: z.enum(['sse', 'ndjson']),
      persistence: z.array(z.string()).min(1),
      users: z.array(z.looseObject({ name: z.string() })).length(2),
      ready: z.looseObject({ method: z.string(), path: z.string() }),
      ...functions(
        'capabilities',
        'launch',
        'createSession',
        'session',
        'send',
        'open',
        'decode',
        'history',
        'answers',
      ),
      ...functions('refusal'),
    })
    .optional(),
  scenarios: z
    .array(z.looseObject({ id: z.string().min(1), ...functions('points', 'strikes', 'coverage', 'play') }))
    .optional(),
  bounds: z.strictObject({ end: ms.optional(), delivery: ms.optional(), cancel: ms.optional() }).optional(),
  profiles: z
    .record(
      z.string(),
      z.strictObject({
        what: z.string(),
        source: z.string(),
        arrivals: z.string().optional(),
        rate: z.number().positive().optional(),
        users: z.number().int().positive().optional(),
        duration: ms.optional(),
        warmup: z.number().int().nonnegative().optional(),
        pollEvery: ms.optional(),
        mix: z.record(z.string(), z.number().nonnegative()).optional(),
        answers: z.looseObject({}).optional(),
        faults: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

/**
 * Reads the configuration file.
 *
 * @param file as asked for; without it, the first of holdfast.config.ts, .mts, .js, .mjs in this folder, or none
 * @throws HF_CONFIG where it is missing, cannot be loaded, or is not a configuration
 */
export async function loadConfig(file?: string): Promise<HoldfastConfig> {
  const found = file ?? FILES.find((name) => existsSync(name));
  if (found === undefined) return {};
  if (!existsSync(found))
    throw new HoldfastError('HF_CONFIG', { file: found, what: 'there is no such file' });
  let loaded: unknown;
  try {
    loaded = ((await import(pathToFileURL(resolve(found)).href)) as { default?: unknown }).default;
  } catch (error) {
    const { message } = error as Error;
    // Node says so of a file that it takes for CommonJS because of the nearest package.json, as `npm init` writes it.
    const remedy = /outside a module|Unexpected token 'export'/.test(message)
      ? '; name it and what it imports .mts, or write "type": "module" into package.json'
      : '';
    throw new HoldfastError(
      'HF_CONFIG',
      { file: found, what: `it cannot be loaded: ${message}${remedy}` },
      { cause: error },
    );
  }
  if (loaded === undefined) {
    throw new HoldfastError('HF_CONFIG', {
      file: found,
      what: 'it has no default export; write `export default defineConfig({ … })`',
    });
  }
  const checked = SHAPE.safeParse(loaded);
  if (checked.success) return loaded as HoldfastConfig;
  const { path, message } = checked.error.issues[0]!;
  throw new HoldfastError('HF_CONFIG', {
    file: found,
    what: `${path.join('.') || 'the default export'}: ${message}`,
  });
}
