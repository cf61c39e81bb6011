/** From a history to verdicts: the same for a run that is going on and for one that is read from its folder. */
import { createJudge, type PlayVerdict } from '../checkers/judge.ts';
import { type HistoryFlaw, type PlanEvent, type Recorded, readHistory } from '../history/index.ts';
import type { ScenarioResult } from './results.ts';

export interface Judgement {
  push(event: Recorded): void;
  /** `titles`: of scenarios by id; a stored run may name some that are not known any more. */
  scenarios(titles: ReadonlyMap<string, string>): ScenarioResult[];
}

interface Span {
  plan: PlanEvent;
  from: number;
  to: number;
}

/**
 * A play that has been over for so long, ms, by the times of events, is judged for good. Until then something may
 * come that says more of its time: that the harness stood still is known only afterwards.
 */
const CONCLUDED_AFTER = 2_000;

export function createJudgement(): Judgement {
  const judge = createJudge();
  const spans = new Map<string, Span>();
  /** Plays that are over and not concluded, by the times of their ends. */
  const over: { play: string; at: number }[] = [];

  function conclude(t: number): void {
    while (over[0] && over[0].at + CONCLUDED_AFTER < t) judge.conclude(over.shift()!.play);
  }

  return {
    push(event) {
      judge.push(event);
      conclude(event.t);
      if (event.play === undefined) return;
      if (event.type === 'plan') spans.set(event.play, { plan: event, from: event.t, to: event.t });
      else if (event.type === 'phase') {
        const span = spans.get(event.play);
        if (span) span.to = event.t;
        if (event.phase === 'done') over.push({ play: event.play, at: event.t });
      }
    },
    scenarios(titles) {
      const results = judge.finish().map((verdict) => result(verdict, spans.get(verdict.play), titles));
      // As planned, not as they happened to begin; the stack, which is judged when all is over, last.
      const order = new Map([...titles.keys()].map((id, index) => [id, index]));
      const place = ({ id }: ScenarioResult) => order.get(id) ?? order.size;
      return results.sort((a, b) => place(a) - place(b));
    },
  };
}

/** A play whose plan is missing from a damaged history is named by its key, `persistence/scenario/driver/repetition`. */
function result(
  verdict: PlayVerdict,
  span: Span | undefined,
  titles: ReadonlyMap<string, string>,
): ScenarioResult {
  const [persistence = '', scenario = verdict.play, driver = 'none', repetition = '1'] =
    verdict.play.split('/');
  const id = span?.plan.scenario ?? scenario;
  return {
    id,
    title: titles.get(id) ?? id,
    driver: span?.plan.driver ?? driver,
    persistence: span?.plan.persistence ?? persistence,
    repetition: span?.plan.repetition ?? Number(repetition),
    play: verdict.play,
    verdict: verdict.verdict,
    reason: verdict.reason,
    checks: verdict.checks,
    metrics: verdict.metrics,
    durationMs: span ? Math.round(span.to - span.from) : 0,
    strikes: span?.plan.strikes ?? [],
    artifacts: [],
  };
}

export interface FileJudgement {
  scenarios: ScenarioResult[];
  /** Damage that was met: a verdict from a damaged history says less. */
  flaws: HistoryFlaw[];
  /** What the history itself says of its run. */
  startedAt: string | null;
  seed: number | null;
  target: string | null;
}

/** Judges a history file. */
export async function judgeFile(path: string, titles: ReadonlyMap<string, string>): Promise<FileJudgement> {
  const flaws: HistoryFlaw[] = [];
  const judgement = createJudgement();
  let startedAt: string | null = null;
  let plan: PlanEvent | null = null;
  for await (const event of readHistory(path, { onFlaw: (flaw) => flaws.push(flaw) })) {
    judgement.push(event);
    if (event.type === 'source') startedAt ??= event.wall;
    else if (event.type === 'plan') plan ??= event;
  }
  const scenarios = judgement.scenarios(titles);
  return { scenarios, flaws, startedAt, seed: plan?.seed ?? null, target: plan?.target.name ?? null };
}
