/** What all scripts do: let a user come, play, read afresh, count, and hand over what was seen. */
import exec from 'k6/execution';
import { drawBehaviour } from '../../../harness/load/mix.ts';
import { drawOfVisit, type LoadPlan, questionOf } from '../../../harness/load/plan.ts';
import type { Behaviour } from './behaviour.ts';
import { countIn } from './counted.ts';
import { addWith, begin, metrics } from './metrics.ts';
import type { Settings } from './settings.ts';
import { lateness, sleep, type Visit, type VisitAbout } from './visit.ts';

/**
 * @param Kind how its visits read streams
 * @param driver by which name that goes in histories and results
 */
export async function play<V extends Visit>(
  settings: Settings,
  behaviours: readonly Behaviour<V>[],
  Kind: new (settings: Settings, plan: LoadPlan, about: VisitAbout) => V,
  driver: string,
): Promise<void> {
  begin();
  const { startTime } = exec.scenario;
  const plan = planOf(settings, startTime);
  const { idInTest, iterationInInstance } = exec.vu;
  // Users of a closed loop come one by one in the warm-up.
  if (plan.arrivals.kind === 'closed' && iterationInInstance === 0)
    await sleep((plan.warmup * (idInTest - 1)) / plan.users);
  const number = exec.scenario.iterationInTest;
  const draw = drawOfVisit(plan, number);
  const id = drawBehaviour(plan.mix, draw);
  const behaviour = behaviours.find((known) => known.id === id);
  if (!behaviour) throw new Error(`no script plays ${id}`);
  const measured = Date.now() >= startTime + plan.warmup;
  const tags = { behaviour: id, measured: measured ? 'yes' : 'no' };
  metrics.lateness.add(await lateness(), tags);
  const questions = Array.from({ length: behaviour.questions }, (_, n) => questionOf(plan, number, n));
  const source = `k6-${number}`;
  const visit = new Kind(settings, plan, { number, source, draw, questions, tags });
  addWith(metrics.begun, 1, tags, {
    visit: String(number),
    // Who reads the samples of one machine alone must know what was planned.
    ...(iterationInInstance === 0 && { settings: JSON.stringify({ plan, about: settings.about, driver }) }),
  });
  record(settings.about, visit, id, driver);
  try {
    await behaviour.visit(visit);
  } catch (error) {
    visit.record({ type: 'unmet', waitedFor: String(error), ms: 0 });
  }
  visit.record({ type: 'phase', phase: 'heal' });
  visit.record({ type: 'phase', phase: 'read' });
  await count(visit);
  const followed = visit.views.filter(({ refused }) => !refused);
  const whole = followed.length > 0 && followed.every(({ state, closed }) => closed || state === 'completed');
  if (visit.struck) metrics.struck.add(1, tags);
  metrics.ended.add(1, tags);
  addWith(metrics.history, 1, tags, {
    visit: String(number),
    answers: String(new Set(followed.map(({ send }) => send)).size),
    struck: visit.struck ? 'yes' : 'no',
    whole: whole ? 'yes' : 'no',
    sessions: JSON.stringify(
      visit.sessions.map(({ id, questions }) => ({ id, sends: questions.map(({ spec }) => spec.seed) })),
    ),
    events: JSON.stringify(visit.events),
  });
}

/** Without a seed the time of the start is one: the same for all virtual users, and another for each run. */
function planOf({ plan, seed }: Settings, startTime: number): LoadPlan {
  return seed === null ? { ...plan, seed: startTime >>> 0 } : { ...plan, seed };
}

function record(about: Settings['about'], visit: Visit, scenario: string, driver: string): void {
  const { plan } = visit;
  visit.record({
    type: 'plan',
    scenario,
    driver,
    persistence: plan.persistence,
    seed: plan.seed,
    repetition: visit.number + 1,
    sends: visit.questions.map(({ spec }) => spec),
    feeds: [],
    coverage: [],
    target: about,
    bounds: plan.bounds,
    ledger: 'calls',
    strikes: [],
  });
  visit.record({ type: 'phase', phase: 'play' });
}

/** What k6 can say itself: of each answer, the worst of all who saw its end. */
async function count(visit: Visit): Promise<void> {
  const fresh = await visit.readAfresh();
  for (const { spec } of visit.sessions.flatMap(({ questions }) => questions)) {
    const views = visit.views.filter(({ send, refused }) => send === spec.seed && !refused);
    if (views.length === 0) continue;
    const last = fresh.get(spec.seed);
    const open = views.filter(({ closed, state }) => !closed && state === undefined);
    metrics.unfinished.add(open.length > 0 || last === undefined ? 1 : 0, visit.tags);
    const texts = views.filter(({ state }) => state !== undefined).map(({ text }) => text);
    if (last) texts.push(last.text);
    if (texts.length === 0) continue;
    const counts = texts.map((text) => countIn(text, spec));
    const worst = (of: (count: (typeof counts)[number]) => number) => Math.max(...counts.map(of));
    metrics.lost.add(
      worst(({ lost }) => lost),
      visit.tags,
    );
    metrics.doubled.add(
      worst(({ doubled }) => doubled),
      visit.tags,
    );
    metrics.wrong.add(
      worst(({ wrong }) => wrong),
      visit.tags,
    );
    metrics.checked.add(1, visit.tags);
  }
}
