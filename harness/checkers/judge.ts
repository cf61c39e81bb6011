/**
 * The judge folds a history, event by event, and says what holds. The same for a run that is going on and for one
 * that is read from its file; folds of several processes can be merged before the verdict.
 *
 *     event ─▶ play ─┬▶ play facts      ─┐
 *                    ├▶ generation facts ├─▶ finish ─▶ checks, metrics, verdict
 *                    └▶ checkers' folds ─┘
 *
 * Events that name no play belong to the whole stack and so to each play; those that name a send belong to the
 * play of that send. A play that is over can be concluded: its verdict is kept and all that led there is let go, so
 * that thousands of plays take no more memory than those that go on.
 */
import type { Recorded, RecordedOf, SendSeed } from '../history/events.ts';
import type { Origin } from './anomaly.ts';
import {
  type Checker,
  type CheckResult,
  type Finding,
  type Metric,
  type Verdict,
  VIOLATIONS_KEPT,
} from './checker.ts';
import type { Following } from './following.ts';
import { checkers as allCheckers } from './index.ts';
import { calledAgain } from './late-call.ts';
import { measure } from './metrics.ts';
import { PlayFold } from './play-fold.ts';
import { Stalls } from './stalls.ts';

export interface PlayVerdict {
  /** Key of the play: events carry it as `play`. */
  play: string;
  verdict: Verdict;
  /** Why the verdict is not a pass, in a sentence. */
  reason: string | null;
  checks: CheckResult[];
  /** How many of a checker's violations break liveness alone, by its id. */
  late: Readonly<Record<string, number>>;
  metrics: Record<string, Metric>;
}

export interface JudgeOptions {
  /** Default: all of them. */
  checkers?: readonly Checker[];
}

export interface Judge {
  push(event: Recorded): void;
  /** The same for the event of which there are by far the most, where all of them are built alike. */
  seen(event: RecordedOf<'seen'> & { play: string }): void;
  /**
   * For who tells very many pieces of one stream: takes those that are the next whole chunk of the answer, and leaves
   * all others to `seen`. Undefined where every piece is to be told. The fold that it belongs to must not be merged
   * while it is used.
   *
   * @param line the last line of the history that the source has written; it goes on
   */
  follow(
    play: string,
    view: string,
    send: SendSeed,
    stream: string,
    line: Readonly<Origin>,
  ): Following | undefined;
  /** Takes over another judge's fold, of other sources of the same history. The other is spent. */
  merge(other: Judge): void;
  /** Judges a play for good, and passes over what may still come of it. Without effect on one that is not known. */
  conclude(play: string): void;
  /** The verdicts on all plays, in the order in which they began. Can be asked for again after more events. */
  finish(): PlayVerdict[];
  /**
   * The verdict on one play, which is then forgotten: so a run of many short plays is judged in the memory of those
   * that go on. Undefined where there is no such play.
   */
  take(play: string): PlayVerdict | undefined;
}

export function createJudge(options: JudgeOptions = {}): Judge {
  return new HistoryJudge(options.checkers ?? allCheckers);
}

class HistoryJudge implements Judge {
  private readonly checkers: readonly Checker[];
  private plays = new Map<string, PlayFold>();
  private readonly concluded = new Map<string, PlayVerdict>();
  /** Sends of plays that are concluded, whose answers had ended by then; and until when each play was, ms. */
  private readonly answered = new Map<SendSeed, { play: string; until: number }>();
  /** All plays, in the order in which they began. */
  private readonly names = new Set<string>();
  /** Which play a send belongs to, for events that name the send only; null: a play that is concluded. */
  private readonly homes = new Map<SendSeed, PlayFold | null>();
  private stack: Recorded[] = [];
  private readonly stalls = new Stalls();
  private homeless = new Map<SendSeed, Recorded[]>();
  private lastName: string | undefined;
  private lastPlay: PlayFold | undefined;

  constructor(checkers: readonly Checker[]) {
    this.checkers = checkers;
  }

  push(event: Recorded): void {
    if (event.type === 'llm.call') this.blameLate(event);
    if (event.play === undefined) {
      this.pushUnnamed(event);
      return;
    }
    const fold = this.foldOf(event.play);
    if (!fold) return;
    fold.push(event);
    if (event.type === 'plan') for (const { seed } of event.sends) this.settleIn(seed, fold);
    else if (event.type === 'invoke' && event.spec) this.settleIn(event.spec.seed, fold);
  }

  /** The LLM is called once more for an answer that has been judged. */
  private blameLate(call: RecordedOf<'llm.call'>): void {
    const over = call.send === null ? undefined : this.answered.get(call.send);
    if (!over || call.t - call.err <= over.until) return;
    this.concluded.set(over.play, calledAgain(this.concluded.get(over.play)!, call));
  }

  seen(event: RecordedOf<'seen'> & { play: string }): void {
    this.foldOf(event.play)?.seen(event);
  }

  follow(
    play: string,
    view: string,
    send: SendSeed,
    stream: string,
    line: Readonly<Origin>,
  ): Following | undefined {
    return this.foldOf(play)?.follow(view, send, stream, line);
  }

  /** undefined: it is concluded. */
  private foldOf(play: string): PlayFold | undefined {
    if (play === this.lastName) return this.lastPlay;
    const fold = this.plays.get(play) ?? (this.concluded.has(play) ? undefined : this.begin(play));
    if (!fold) return undefined;
    this.lastName = play;
    this.lastPlay = fold;
    return fold;
  }

  private begin(name: string): PlayFold {
    const fold = new PlayFold(this.checkers, this.stalls);
    this.plays.set(name, fold);
    this.names.add(name);
    for (const event of this.stack) fold.take(event);
    return fold;
  }

  private settleIn(seed: SendSeed, fold: PlayFold): void {
    if (this.homes.has(seed)) return;
    this.homes.set(seed, fold);
    for (const event of this.homeless.get(seed) ?? []) fold.push(event);
    this.homeless.delete(seed);
  }

  private pushUnnamed(event: Recorded): void {
    if (event.type === 'source') return;
    if (event.type === 'stall') {
      this.stalls.add(event.from, event.t);
      return;
    }
    if (event.type === 'starved') {
      this.stalls.starvation.add(event.from, event.t, event.ms);
      return;
    }
    const send = 'send' in event ? event.send : undefined;
    // An auxiliary call of the LLM belongs to no send.
    if (send === null) return;
    if (send === undefined) {
      this.stack.push(event);
      for (const fold of this.plays.values()) fold.take(event);
      return;
    }
    const home = this.homes.get(send);
    if (home) home.push(event);
    else if (home === undefined) {
      const waiting = this.homeless.get(send);
      if (waiting) waiting.push(event);
      else this.homeless.set(send, [event]);
    }
  }

  merge(other: Judge): void {
    if (!(other instanceof HistoryJudge))
      throw new TypeError('a judge merges with judges that createJudge made');
    this.stalls.merge(other.stalls);
    for (const fold of other.plays.values()) fold.facts.stalls = this.stalls;
    const stack = this.stack;
    // What each has heard of the stack is news to the plays that only the other knows, or that both know.
    for (const [name, fold] of other.plays) {
      const known = this.plays.get(name);
      if (known) known.merge(fold);
      else this.plays.set(name, fold);
      this.names.add(name);
      for (const event of stack) if (!known) fold.take(event);
    }
    for (const [name, fold] of this.plays)
      if (!other.plays.has(name)) for (const event of other.stack) fold.take(event);
    this.stack = [...stack, ...other.stack];
    for (const [name, verdict] of other.concluded) {
      this.names.add(name);
      this.concluded.set(name, verdict);
      this.plays.delete(name);
    }
    for (const [seed, over] of other.answered) this.answered.set(seed, over);
    for (const [seed, fold] of other.homes) {
      if (fold === null) {
        this.homes.set(seed, null);
        continue;
      }
      const name = [...other.plays].find(([, candidate]) => candidate === fold)![0];
      this.settleIn(seed, this.plays.get(name)!);
    }
    for (const events of other.homeless.values()) for (const event of events) this.pushUnnamed(event);
    this.lastName = undefined;
  }

  conclude(play: string): void {
    const fold = this.plays.get(play);
    if (!fold) return;
    this.concluded.set(play, judgePlay(play, fold, this.checkers));
    this.plays.delete(play);
    const { until } = fold.facts;
    for (const [seed, generation] of fold.generations)
      if (generation.calls.size > 0 && generation.terminalWords().length > 0)
        this.answered.set(seed, { play, until: until.t + until.err });
    for (const seed of fold.generations.keys()) this.homes.set(seed, null);
    this.lastName = undefined;
    this.lastPlay = undefined;
  }

  finish(): PlayVerdict[] {
    const [nobodys] = [...this.homeless.keys()].sort((a, b) => a - b);
    const verdicts = [...this.names].map((play) => {
      const fold = this.plays.get(play);
      return fold ? judgePlay(play, fold, this.checkers) : this.concluded.get(play)!;
    });
    return nobodys === undefined ? verdicts : verdicts.map((verdict) => doubted(verdict, nobodys));
  }

  take(play: string): PlayVerdict | undefined {
    const fold = this.plays.get(play);
    if (!fold) return undefined;
    this.conclude(play);
    const verdict = this.concluded.get(play);
    this.concluded.delete(play);
    this.names.delete(play);
    for (const seed of fold.generations.keys()) {
      this.homes.delete(seed);
      this.answered.delete(seed);
    }
    return verdict;
  }
}

/** A send that no play has made and that something happened of all the same: whose it is, nobody knows. */
function doubted(verdict: PlayVerdict, nobodys: SendSeed): PlayVerdict {
  if (verdict.verdict !== 'pass') return verdict;
  const reason = `Something happened of the send ${nobodys}, which nobody made.`;
  return { ...verdict, verdict: 'unknown', reason };
}

function judgePlay(play: string, fold: PlayFold, checkers: readonly Checker[]): PlayVerdict {
  fold.settle();
  const feeds = fold.facts.plan?.feeds ?? [];
  const findings = checkers.map((checker, index) => ({ checker, finding: fold.finding(index) }));
  const checks = findings.map(({ checker, finding }) =>
    resultOf(checker, finding, feeds.includes(checker.id)),
  );
  const late = findings.flatMap(({ checker, finding: { violations } }) => {
    const count = violations.filter(({ liveness }) => liveness ?? checker.liveness).length;
    return count > 0 ? [[checker.id, count] as const] : [];
  });
  return {
    play,
    checks,
    late: Object.fromEntries(late),
    ...conclude(fold, checks),
    metrics: measure(fold.generations.values(), fold.facts),
  };
}

function resultOf(checker: Checker, finding: Finding, isFed: boolean): CheckResult {
  const { samples, violations, inconclusive } = finding;
  const [first] = violations;
  const result = (verdict: CheckResult['verdict'], actual: string): CheckResult => ({
    id: checker.id,
    verdict,
    samples,
    expected: first?.expected ?? checker.holds,
    actual,
    place: first?.place ?? null,
    evidence: first?.evidence ?? [],
    violations: violations.slice(0, VIOLATIONS_KEPT).map(({ liveness, ...violation }) => violation),
    violationCount: violations.length,
  });
  if (first) return result('fail', `${first.actual} (${first.where})`);
  if (inconclusive !== undefined) return result('unknown', inconclusive);
  if (samples > 0) return result('pass', `held in ${samples} of ${samples} samples`);
  return isFed
    ? result('unknown', 'the scenario promised to feed this checker, and nothing came that it could judge')
    : result('not-applicable', 'nothing came that it could judge');
}

function conclude(fold: PlayFold, checks: CheckResult[]): { verdict: Verdict; reason: string | null } {
  const failed = checks.filter(({ verdict }) => verdict === 'fail');
  if (failed.length > 0) {
    const [{ id, expected, actual, place }] = failed as [CheckResult];
    const others = failed.slice(1).map((check) => check.id);
    const also = others.length > 0 ? ` Failed as well: ${others.join(', ')}.` : '';
    return {
      verdict: 'fail',
      reason: `${id}: expected ${expected}; found ${actual}; place: ${place}.${also}${unread(fold)}`,
    };
  }
  const doubt = doubtOf(fold, checks);
  return doubt === null ? { verdict: 'pass', reason: null } : { verdict: 'unknown', reason: doubt };
}

/** Begins what is said where the adapter could not read the target: it may be the adapter that is wrong. */
export const UNREAD = 'What the target said could not be read';

function unread({ facts: { unreadable } }: PlayFold): string {
  if (!unreadable) return '';
  const { count, first } = unreadable;
  return ` ${UNREAD} ${count === 1 ? 'once' : `${count} times`}: ${first.reason}.`;
}

function doubtOf(fold: PlayFold, checks: CheckResult[]): string | null {
  const { facts } = fold;
  const unplanned = fold.unplanned();
  if (!facts.plan) return 'The history has no plan of this play.';
  if (!facts.phases.has('done')) return 'The play broke off before its end.';
  if (unplanned.length > 0) return `Nothing says what the LLM was told to say for the send ${unplanned[0]}.`;
  const unreadable = unread(fold).trim();
  if (unreadable !== '') return unreadable;
  const illegible = [...fold.generations.values()].flatMap((generation) => generation.illegible);
  if (illegible[0])
    return `What ${illegible[0].name} rendered shows no watermark: nobody can say whether it is right.`;
  const unknown = checks.find(({ verdict }) => verdict === 'unknown');
  if (unknown) return `${unknown.id}: ${unknown.actual}.`;
  return checks.some(({ verdict }) => verdict === 'pass') ? null : 'Nothing was judged.';
}
