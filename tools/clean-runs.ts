/**
 * Plays every scenario again and again against the clean reference server, in haste: nothing may alarm, and nothing
 * may remain unknown.
 *
 *     node tools/clean-runs.ts [--plays 1000] [--seed <number>] [--jobs 6] [--drivers api] [--scenario <id>,…]
 *                            [--boundary low|high]
 *
 * With `--drivers api,browser` what a page can play is played in a browser, too. Absences of seconds are a tenth as long; what strikes does so at barriers and content indices as ever. Prints the
 * seed, and whatever did not pass with its play; the folder of such a run is kept. Ends with 0 where every play
 * passed, and the stack after them.
 */
import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DriverName } from '../harness/actors/driver.ts';
import { BOUNDARIES } from '../harness/runs/draw.ts';
import { interruption } from '../harness/runs/interruption.ts';
import { DEFAULT_BOUNDS } from '../harness/runs/plan.ts';
import { type Run, run } from '../harness/runs/run.ts';
import { findBrowser } from '../harness/stack/browser/find.ts';
import { reference } from '../harness/targets/reference.ts';
import { scenarios as all } from '../scenarios/index.ts';

const HASTE = 10;
/** Plays of one stack: enough to show leaks, few enough to keep a judge's memory small. */
const PLAYS_A_STACK = 200;

const { values } = parseArgs({
  options: {
    plays: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    jobs: { type: 'string', default: '6' },
    drivers: { type: 'string', default: 'api' },
    scenario: { type: 'string' },
    boundary: { type: 'string' },
  },
});
const drivers = values.drivers.split(',').filter((name): name is DriverName => isDriver(name));
const asked = values.scenario?.split(',');
const scenarios = all.filter(
  ({ id, mustFail, drivers: able }) =>
    !mustFail && (asked?.includes(id) ?? true) && drivers.some((driver) => able.includes(driver)),
);
/** Of all scenarios once. */
const round = scenarios.flatMap(({ drivers: able }) =>
  drivers.filter((driver) => able.includes(driver)),
).length;
if (round === 0)
  throw new Error(`nothing to play: --drivers ${values.drivers} --scenario ${values.scenario}`);
const browser = drivers.includes('browser') ? await findBrowser('auto') : undefined;
const boundary = BOUNDARIES.find((end) => end === values.boundary);
if (values.boundary !== undefined && !boundary) throw new Error(`--boundary is ${BOUNDARIES.join(' or ')}`);
const wanted = Number(values.plays);
const signal = interruption();
let played = 0;
let passed = 0;
for (let part = 0; played < wanted && !signal.aborted; part++) {
  const repeat = Math.ceil(Math.min(PLAYS_A_STACK, wanted - played) / round);
  const seed = (Number(values.seed) + part) >>> 0;
  const { results, folder } = await run({
    target: reference,
    scenarios,
    asked: true,
    drivers,
    ...(browser && { browser }),
    persistence: [reference.persistence[0]!],
    seed,
    repeat,
    jobs: Number(values.jobs),
    resume: 'auto',
    bounds: DEFAULT_BOUNDS,
    postgres: 'auto',
    haste: HASTE,
    ...(boundary && { boundary }),
    out: 'reports/runs',
    allowSkip: false,
    command: `node tools/clean-runs.ts --plays ${repeat * round} --seed ${seed} --jobs ${values.jobs} --drivers ${drivers}${values.scenario ? ` --scenario ${values.scenario}` : ''}${boundary ? ` --boundary ${boundary}` : ''}`,
    signal,
  });
  const clean = report(results);
  played += clean.played;
  passed += clean.passed;
  if (results.verdict === 'pass') rmSync(folder.path, { recursive: true });
  else console.log(`  kept: ${folder.path}`);
  if (results.failure) break;
}
console.log(`${passed} of ${played} plays passed`);
process.exit(passed === played && played >= wanted ? 0 : 1);

function isDriver(name: string): name is DriverName {
  return name === 'api' || name === 'browser';
}

function report({ seed, scenarios: plays, durationMs, failure, verdict }: Run['results']) {
  const bad = plays.filter((play) => play.verdict !== 'pass');
  const own = plays.filter(({ driver }) => driver !== 'none');
  const ok = own.filter((play) => play.verdict === 'pass').length;
  console.log(`seed ${seed}: ${verdict}, ${ok} of ${own.length} plays in ${Math.round(durationMs / 1000)} s`);
  for (const { play, reason } of bad) console.log(`  ${play}: ${reason}`);
  if (failure) console.log(`  the harness failed: ${failure.code}: ${failure.message}`);
  // A stack that is not at its baseline makes no play of it a clean one.
  return { played: own.length, passed: verdict === 'pass' ? ok : Math.min(ok, own.length - 1) };
}
