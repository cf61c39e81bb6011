/** A target with another protocol (NDJSON, everything again, replace) passes and fails by the same checkers. */
import { describe, expect, test } from 'vitest';
import { pageOf } from '../../harness/actors/actor.ts';
import type { DriverName } from '../../harness/actors/driver.ts';
import type { Boundary } from '../../harness/runs/draw.ts';
import { DEFAULT_BOUNDS } from '../../harness/runs/plan.ts';
import type { Results } from '../../harness/runs/results.ts';
import { run } from '../../harness/runs/run.ts';
import { type AnyScenario, defineScenario } from '../../harness/runs/scenario.ts';
import { findBrowser } from '../../harness/stack/browser/find.ts';
import type { Target } from '../../harness/targets/target.ts';
import { scenarios } from '../../scenarios/index.ts';
import { failedChecks, runsFolder } from '../cli/holdfast.ts';
import { tinyTarget } from './tiny.ts';

interface Wish {
  driver?: DriverName;
  own?: AnyScenario[];
  seed?: number;
  boundary?: Boundary;
  haste?: number;
}

async function verify(
  target: Target,
  only?: readonly string[],
  { driver = 'api', own = [], seed = 2, boundary, haste }: Wish = {},
): Promise<Results> {
  const { path, remove } = runsFolder();
  const { results } = await run({
    target,
    scenarios: [...scenarios, ...own].filter(({ id, short }) => only?.includes(id) ?? short),
    asked: false,
    drivers: [driver],
    ...(driver === 'browser' && { browser: await findBrowser('auto') }),
    persistence: target.persistence,
    seed,
    ...(boundary !== undefined && { boundary }),
    ...(haste !== undefined && { haste }),
    repeat: 1,
    jobs: 4,
    resume: 'auto',
    bounds: DEFAULT_BOUNDS,
    postgres: 'auto',
    out: path,
    allowSkip: false,
    command: 'test',
    signal: new AbortController().signal,
  }).finally(remove);
  return results;
}

test('the clean one passes, and what it cannot do is not applicable, never passed', async () => {
  const results = await verify(tinyTarget());
  expect({ verdict: results.verdict, failure: results.failure, failed: failedChecks(results) }).toEqual({
    verdict: 'pass',
    failure: null,
    failed: { refresh: [], network: [], 'session-switch': [], 'concurrent-tabs': [], stack: [] },
  });
  const refresh = results.scenarios.find(({ id }) => id === 'refresh')!;
  const notApplicable = refresh.checks
    .filter(({ verdict }) => verdict === 'not-applicable')
    .map(({ id }) => id);
  expect(notApplicable).toEqual(
    expect.arrayContaining(['bounded-exposure', 'cursor-exact', 'access', 'cancel-honoured']),
  );
});

test('it passes all that there is, where what it cannot do is left out', async () => {
  const every = scenarios.filter(({ mustFail }) => !mustFail).map(({ id }) => id);
  const results = await verify(tinyTarget(), every, { haste: 10 });
  const ailing = results.scenarios.filter(({ verdict }) => verdict !== 'pass');
  expect(ailing.map(({ id, verdict, reason }) => ({ id, verdict, reason }))).toEqual([]);
  expect([results.verdict, results.failure]).toEqual(['pass', null]);
  expect(results.scenarios.length).toBeGreaterThan(every.length / 3);
}, 300_000);

/** Held after six chunks, at the earliest: were the seventh lost before, the tab would miss it meanwhile and ask anew. */
const EARLY: Wish = { boundary: 'low' };

test.for([
  { defect: 'loses-the-seventh', verdict: 'fail', by: ['no-loss', 'prefix-order'] },
  { defect: 'goes-on-after-the-end', verdict: 'fail', by: ['one-terminal'] },
  { defect: 'lists-all-rooms', verdict: 'fail', by: ['isolation'] },
  { defect: 'lists-each-twice', verdict: 'fail', by: ['one-generation'] },
  { defect: 'never-ends', verdict: 'fail', by: ['eventual-end'] },
  // Nobody can say what a frame meant that cannot be read; but it can never pass.
  { defect: 'speaks-in-tongues', verdict: 'unknown', by: [] },
] as const)('the one that $defect: $verdict by $by', async ({ defect, verdict, by }) => {
  const { scenarios: played, failure } = await verify(tinyTarget(defect), ['concurrent-tabs'], EARLY);
  const tabs = played.find(({ id }) => id === 'concurrent-tabs')!;
  expect({ failure, verdict: tabs.verdict, reason: tabs.reason }).toMatchObject({ failure: null, verdict });
  const failed = tabs.checks.filter((check) => check.verdict === 'fail').map(({ id }) => id);
  expect(failed).toEqual(expect.arrayContaining([...by]));
});

test('an adapter that finds no session in the answer is told so, and nothing is asked of undefined', async () => {
  const target = { ...tinyTarget(), session: () => undefined as unknown as string };
  const { scenarios: played, failure } = await verify(target, ['concurrent-tabs']);
  expect({ failure, ...played[0] }).toMatchObject({
    failure: null,
    verdict: 'unknown',
    reason: expect.stringContaining("the adapter's session() found undefined"),
  });
});

test('a loss is told with its place', async () => {
  const { scenarios: played } = await verify(tinyTarget('loses-the-seventh'), ['concurrent-tabs'], EARLY);
  const loss = played[0]!.checks.find(({ id }) => id === 'no-loss')!;
  expect(loss).toMatchObject({
    verdict: 'fail',
    place: 'delivery',
    actual: expect.stringContaining('chunk 6'),
  });
});

/** A clean end of the connection in mid-answer, which tells a reader nothing. */
const hungUp = defineScenario<null>({
  id: 'hung-up',
  title: 'Hung up',
  about: 'The stream ends cleanly in mid-answer.',
  drivers: ['browser'],
  feeds: ['no-loss', 'truthful-status'],
  questions: { question: { chunks: [20, 30], gap: 20 } },
  points: () => null,
  strikes: () => [],
  coverage: () => [],
  async play(stage) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    await tab.createSession('kelp');
    const once = { name: 'hung-up', question, once: true };
    const cut = await laptop.cutAt({ afterText: question.lengthAfter(9) }, 'clean-end', once);
    await tab.send(question);
    await stage.reached(cut.struck, 'the clean end');
    await tab.finished(question);
  },
});

/** What only a page can do, each at an index of the answer. */
const wearAndTear = defineScenario<null>({
  id: 'wear-and-tear',
  title: 'Wear and tear',
  about: 'Double click, freeze and thaw, back and forward, offline, a crash of the renderer.',
  drivers: ['browser'],
  feeds: ['no-loss', 'prefix-order', 'one-generation', 'timely-delivery', 'convergence'],
  questions: { question: { chunks: [30, 40] } },
  points: () => null,
  strikes: () => [],
  coverage: ({ send }) => [
    { goal: 'mid-stream', f: 'crash', send: send('question') },
    { goal: 'mid-stream', f: 'back', send: send('question') },
    { goal: 'resumed', send: send('question') },
  ],
  async play(stage) {
    const question = stage.question('question');
    const laptop = await stage.device('laptop');
    const tab = await laptop.openTab();
    const page = pageOf(tab);
    const speakTo = async (chunks: number) => {
      await stage.llm.holdAt(question, chunks);
      await stage.llm.waitsAt(question, chunks);
    };
    await tab.createSession('tides');
    await tab.createSession('kelp');
    await stage.llm.holdAt(question, 3);
    await page.sendTwice(question);
    await tab.sees(question, 3);
    await page.freeze();
    await speakTo(6);
    // Longer than a reader may take; but one that is frozen is not late.
    await stage.pass(stage.bounds.delivery + 200);
    await page.thaw();
    await tab.sees(question, 6);
    await page.back();
    await speakTo(9);
    await page.forward();
    await tab.sees(question, 9);
    await laptop.offline();
    // What is under way goes on.
    await speakTo(12);
    await tab.sees(question, 12);
    await laptop.heal();
    await page.crash();
    await tab.refresh();
    await tab.sees(question, 12);
    await stage.llm.release(question);
    await tab.finished(question);
  },
});

describe('its page, with a DOM of its own, in a browser', () => {
  test('the clean one passes', async () => {
    const results = await verify(
      tinyTarget(),
      ['refresh', 'network', 'session-switch', 'concurrent-tabs', 'hung-up', 'wear-and-tear'],
      {
        driver: 'browser',
        own: [hungUp, wearAndTear],
      },
    );
    const reasons = results.scenarios.flatMap(({ play, reason }) => (reason ? [`${play}: ${reason}`] : []));
    expect({ verdict: results.verdict, reasons, failure: results.failure }).toEqual({
      verdict: 'pass',
      reasons: [],
      failure: null,
    });
  });

  // They wait more than they work.
  test.concurrent.for([
    { defect: 'page-swallows-the-seventh', plays: 'refresh', by: ['no-loss', 'prefix-order'] },
    { defect: 'page-writes-where-one-is', plays: 'session-switch', by: ['isolation'] },
    { defect: 'page-appends-replays', plays: 'hung-up', by: ['no-duplication'] },
    { defect: 'page-fades-out-what-ended', plays: 'refresh', by: ['no-loss'] },
    { defect: 'page-takes-eof-for-the-end', plays: 'hung-up', by: ['no-loss', 'truthful-status'] },
  ])('the one that $defect fails $plays by $by', async ({ defect, plays, by }) => {
    const { scenarios: played, failure } = await verify(tinyTarget(defect), [plays], {
      driver: 'browser',
      own: [hungUp],
      // Its answers are marked: of natural text nobody can say whose it is.
      seed: 4,
    });
    const [it] = played;
    expect({ failure, verdict: it!.verdict, reason: it!.reason }).toMatchObject({
      failure: null,
      verdict: 'fail',
    });
    const failed = it!.checks.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining(by));
    expect(failed.map(({ place }) => place)).toContain('page');
  });
});

describe('a page that only renders, as most do', () => {
  /** It has no mode in which its text stands as it is. */
  const renders = (defect?: string): Target => {
    const target = tinyTarget(defect);
    return { ...target, page: { ...target.page!, modes: ['rendered'] } };
  };

  test('the clean one passes, and every answer is judged by what is shown of it', async () => {
    const results = await verify(
      renders(),
      ['refresh', 'network', 'session-switch', 'concurrent-tabs', 'hung-up', 'wear-and-tear'],
      { driver: 'browser', own: [hungUp, wearAndTear] },
    );
    const reasons = results.scenarios.flatMap(({ play, reason }) => (reason ? [`${play}: ${reason}`] : []));
    expect({ verdict: results.verdict, reasons, failure: results.failure }).toEqual({
      verdict: 'pass',
      reasons: [],
      failure: null,
    });
    for (const { id, checks } of results.scenarios.filter(({ driver }) => driver === 'browser')) {
      const judged = checks.filter(({ verdict }) => verdict === 'pass').map((check) => check.id);
      expect(judged, id).toEqual(
        expect.arrayContaining([
          'no-loss',
          'no-duplication',
          'prefix-order',
          'isolation',
          'convergence',
          'eventual-end',
        ]),
      );
    }
  });

  // They wait more than they work.
  test.concurrent.for([
    { defect: 'page-swallows-the-seventh', plays: 'refresh', by: ['no-loss', 'prefix-order'] },
    { defect: 'page-writes-where-one-is', plays: 'session-switch', by: ['isolation'] },
    { defect: 'page-appends-replays', plays: 'hung-up', by: ['no-duplication'] },
    { defect: 'page-fades-out-what-ended', plays: 'refresh', by: ['no-loss'] },
    { defect: 'page-takes-eof-for-the-end', plays: 'hung-up', by: ['no-loss', 'truthful-status'] },
    // While it grows a caret is nobody's business; what a page loaded afresh does not show is.
    { defect: 'page-keeps-its-caret', plays: 'hung-up', by: ['convergence'] },
    // Nobody can say whether text without watermarks is right; but it can never pass.
    { defect: 'page-swallows-braces', plays: 'hung-up', by: [] },
  ])('the one that $defect is told in $plays by $by', async ({ defect, plays, by }) => {
    const { scenarios: played, failure } = await verify(renders(defect), [plays], {
      driver: 'browser',
      own: [hungUp],
    });
    const [it] = played;
    expect({ failure, verdict: it!.verdict, reason: it!.reason }).toMatchObject({
      failure: null,
      verdict: by.length > 0 ? 'fail' : 'unknown',
    });
    const failed = it!.checks.filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining(by));
    if (by.length > 0) expect(failed.map(({ place }) => place)).toContain('page');
  });
});
