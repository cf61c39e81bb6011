/**
 * Has the k6 operator's own code decide what deploy/k6 means, and runs that: without a cluster, and nothing leaves this
 * machine. Needs a k6, curl, and Go once, to build that code.
 *
 *     node tools/k6-operator.ts [--users 16] [--seconds 8] [--chunks 40] [--gap 50] [--seed <number>] [--defect <name>]
 *
 * The manifests are read as strictly as an API server does. Then, against a stack of the reference server, the words of
 * the initializer, of each runner and of the starter are run as they were made (k6-operator/pods.ts says what of a
 * cluster is stood in for); /holdfast holds what deploy/k6/Dockerfile copies, and no more. The samples that the pods
 * leave are merged. Ends with 0 where each step went well and nothing was lost. With --print it prints the jobs, and
 * runs nothing.
 */
import { randomInt } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSource } from '../harness/history/index.ts';
import { merge } from '../harness/load/merge/merge.ts';
import { interruption } from '../harness/runs/interruption.ts';
import { withGround, withStack } from '../harness/runs/standing.ts';
import type { Guardian } from '../harness/stack/guardian.ts';
import { haveK6 } from '../harness/stack/k6/find.ts';
import { reference } from '../harness/targets/reference.ts';
import { loadSummary } from '../reports/load-summary.ts';
import {
  askOperator,
  complaintsIn,
  type Ended,
  initialize,
  type Made,
  runAll,
} from './k6-operator/cluster.ts';
import { haveOperatorCode } from './k6-operator/find.ts';
import { flawsOf, readShare } from './k6-operator/shares.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const DEPLOY = join(ROOT, 'deploy', 'k6');
/** Who programs run as in the image of k6, by its recipe; only root can stand in for that. */
const IMAGE_USER = 12345;
/** Of k6: thresholds of a runner that only say that it had no such visit. The merged run says whether anybody had. */
const FOR_WANT = ['checked_generations', 'visits_struck', 'recoveries'];

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '8' },
    chunks: { type: 'string', default: '40' },
    gap: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(randomInt(2 ** 32)) },
    defect: { type: 'string' },
    print: { type: 'boolean', default: false },
  },
});

const operator = await haveOperatorCode(console.error);
if (!operator.ok) throw new Error(operator.why);
const { path: operatorPath, crd, version } = operator;

const held: boolean[] = [];
function say(holds: boolean, what: string): void {
  held.push(holds);
  console.log(`${holds ? '✓' : '✗'} ${what}`);
}

// A network of its own, so that two of these can be played at once.
const network = `127.${randomInt(1, 255)}.${randomInt(256)}`;
const manifests = ['testrun.yaml', 'samples.yaml'].map((name) => join(DEPLOY, name));
const made = (await askOperator(operatorPath, ['plan', ...manifests, crd, network])) as Made;
if (values.print) console.log(JSON.stringify(made, null, 2));
else {
  say(true, `testrun.yaml and samples.yaml: k6-operator ${version} and its CRD know each field`);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-k6-operator-'));
  try {
    await play(folder, interruption());
  } catch (error) {
    say(false, (error as Error).message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exitCode = held.every(Boolean) ? 0 : 1;
}

async function play(folder: string, signal: AbortSignal): Promise<void> {
  const [samples, bin, image] = ['samples', 'bin', 'image'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [samples, bin, image]) mkdirSync(path);
  const k6 = await haveK6(console.error);
  if (!k6.ok) throw new Error(k6.why);
  makeImage(image, bin, k6);
  const user = process.getuid?.() === 0 ? IMAGE_USER : undefined;
  // What root makes is not for everybody to see.
  chmodSync(folder, 0o755);
  if (user === undefined)
    console.log(`? pods run as you: nothing is said of whether user ${IMAGE_USER} may write into the claim`);
  const mounts = { '/samples': samples, '/holdfast': join(image, 'holdfast') };
  const { ended, calls } = await withReference(folder, async (url, guardian) => {
    const told = {
      TARGET: url,
      USERS: values.users,
      SECONDS: values.seconds,
      CHUNKS: values.chunks,
      GAP: values.gap,
      SEED: values.seed,
    };
    const node = { guardian, folder, bin, mounts, user };
    const log = await initialize(made, node, told);
    const { maxVUs, totalDuration } = (await askOperator(
      operatorPath,
      ['inspect', String(made.runners.length)],
      log,
    )) as { maxVUs: number; totalDuration: string };
    say(
      maxVUs === Number(values.users),
      `initializer: exit 0, and tells the operator of ${maxVUs} users, ${totalDuration} at most`,
    );
    return Promise.race([runAll(made, node, told), aborted(signal)]);
  });
  await judge(ended, calls, folder, samples);
}

/** What the recipe copies, and k6 where the path leads to. */
function makeImage(folder: string, bin: string, k6: { path: string; version: string }): void {
  const recipe = readFileSync(join(DEPLOY, 'Dockerfile'), 'utf8');
  for (const [, from, to] of recipe.matchAll(/^COPY (\S+) (\S+)$/gm))
    cpSync(join(ROOT, from!), join(folder, to!), { recursive: true });
  const tag = /^FROM grafana\/k6:(\S+)/m.exec(recipe)?.[1];
  say(k6.version === `v${tag}`, `the image is to have k6 ${tag}; here it is ${k6.version}`);
  // Not a link: it may stand where nobody else may look.
  copyFileSync(k6.path, join(bin, 'k6'));
}

/** @returns beside what `use` does, how often the LLM was called for a question */
async function withReference(folder: string, use: (url: string, guardian: Guardian) => Promise<Ended[]>) {
  let calls = 0;
  const recorder = createSource('k6-operator', ({ type, ...event }) => {
    if (type === 'llm.call' && 'send' in event && event.send !== null) calls++;
  });
  const { promise: death, reject } = Promise.withResolvers<never>();
  death.catch(() => {});
  const ended = await withGround(
    { postgres: 'auto', recorder, logFile: join(folder, 'postgres.log') },
    (ground) =>
      withStack(
        {
          ...ground,
          target: reference,
          persistence: 'checkpoint',
          defects: values.defect === undefined ? [] : [values.defect],
          runDir: folder,
          ledger: 'calls',
          recorder,
          recorderFor: () => recorder,
          onDeath: reject,
        },
        ({ target }) => Promise.race([use(target.url, ground.guardian), death, ground.death]),
      ),
  );
  return { ended, calls };
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}

async function judge(ended: readonly Ended[], calls: number, folder: string, samples: string): Promise<void> {
  const files = ended.map(({ pod }) => join(samples, `${pod}.json.gz`));
  say(
    readdirSync(samples).length === files.length,
    `${ended.length} runners waited for the starter, and left ${readdirSync(samples).length} files of samples`,
  );
  const shares = await Promise.all(ended.map(({ pod }, n) => readShare(pod, files[n]!)));
  for (const [n, { pod, exit, log }] of ended.entries()) {
    const { begun } = shares[n]!;
    const said = readFileSync(log, 'utf8');
    const crossed = /thresholds on metrics '([^']+)'/.exec(said)?.[1]?.split(', ') ?? [];
    const fine = exit === 0 || (exit === 99 && crossed.every((name) => FOR_WANT.includes(name)));
    const why = crossed.length > 0 ? ` for ${crossed.join(', ')}` : '';
    say(
      fine,
      `${pod}: exit ${exit}${why}, ${begun.length} visits: ${begun.toSorted((a, b) => a - b).join(' ')}`,
    );
    if (!fine) console.log(complaintsIn(log));
  }
  const flaws = flawsOf(shares);
  for (const flaw of flaws) say(false, flaw);
  if (flaws.length === 0) say(true, 'each visit was made by exactly one runner, and none was left out');
  const { results } = await merge(files, { out: folder, allowSkip: true });
  say(results.verdict === 'pass', `holdfast merge --allow-skip: ${results.verdict}`);
  for (const line of loadSummary(results.load!)) console.log(`  ${line}`);
  for (const { id, checks } of results.scenarios)
    for (const { id: check, verdict } of checks)
      if (verdict === 'fail') console.log(`  ${id}: ${check} failed`);
  const { visits, answers } = results.load!.counts;
  const all = shares.reduce((sum, { begun }) => sum + begun.length, 0);
  say(
    visits === all && calls === answers,
    `${visits} of ${all} visits merged; ${calls} calls of the LLM for ${answers} answers`,
  );
}
