/**
 * What a scenario is: data that says what it is about, and steps in the words of actors. Its docstring, title and
 * `about` are its documentation, rendered by `holdfast list scenarios`.
 */
import type { Device, Question, Session } from '../actors/actor.ts';
import type { DriverName } from '../actors/driver.ts';
import type { DatabaseFaultId } from '../faults/database/index.ts';
import type { Bounds, CoverageGoal, TargetCapabilities } from '../history/events.ts';
import type { TargetPage } from '../targets/page.ts';
import type { Draw } from './draw.ts';

/** A question as the scenario wants it; the seed decides the rest. */
export interface QuestionWish {
  /** Number of chunks of the answer: from, to. */
  chunks: readonly [number, number];
  /** ms between two chunks; default: as fast as they are read. */
  gap?: number;
  /**
   * What goes wrong in the LLM's answer of so many chunks: a timeline of faults (docs/mock-llm.md), such as
   * `half-frame@17,reset@17`. Each fault that is not beyond the end of the answer must strike, or the play proves
   * nothing.
   */
  faults?(draw: Draw, chunks: number): string;
  /** The answer may be over before they strike: then they prove nothing by not striking. */
  mayMiss?: boolean;
}

/** What a target has besides what it can do. */
export interface Has {
  /** A probe of its database. */
  probe: boolean;
  /** Where it is played in a browser. */
  page: TargetPage | undefined;
}

export interface Scenario<Points = never> {
  id: string;
  title: string;
  /** What is done and what must hold, for people. */
  about: string;
  drivers: readonly DriverName[];
  /** Part of what `holdfast verify` plays when nothing is named. */
  short?: boolean;
  /** A canary: it shows that the alarm works, and is played only by name. */
  mustFail?: boolean;
  /** Checkers that it must feed: no sample makes them `unknown`. */
  feeds: readonly string[];
  /** Why it cannot be played on such a target; null: it can. */
  needs?(capabilities: TargetCapabilities, has: Has): string | null;
  /** Forces the driver's way of catching up; default: what the target can, or the command line says. */
  resume?: 'stream' | 'poll';
  /** ms between two polls of its clients; default: that of a page. */
  pollEvery?: number;
  /** Does things to the stack that others would feel; it is played alone. */
  alone?: boolean;
  /** Processes of the target that it needs, on one database; default: 1. With more it must be `alone`. */
  instances?: 2;
  /**
   * The wall clock of the database can be moved in it; it must be `alone`. `for-certain`: the target must look at it then, or
   * nothing is proved.
   */
  movesDatabaseClock?: 'for-certain' | 'perhaps';
  /** Plays of one wave are played all at once, and nothing beside them: what befalls the stack befalls all of them. */
  wave?: string;
  questions: Readonly<Record<string, QuestionWish>>;
  /** Where things strike, drawn from the seed. `chunks` tells how long each answer is. */
  points(draw: Draw, chunks: Record<string, number>): Points;
  /** The same in words. */
  strikes(points: Points): string[];
  coverage(about: {
    send(question: string): number;
    points: Points;
    chunks: Record<string, number>;
  }): CoverageGoal[];
  play(stage: Stage, points: Points): Promise<void>;
}

/** A scenario whose points are its own business. */
// biome-ignore lint/suspicious/noExplicitAny: the points of different scenarios have nothing in common.
export type AnyScenario = Scenario<any>;

/** Ties the type of `points` to the steps that use it. */
export function defineScenario<Points>(scenario: Scenario<Points>): Scenario<Points> {
  return scenario;
}

/** What a scenario plays with. */
export interface Stage extends Omit<StackStage, 'plays'> {
  /** The target as it was started, for steps that not every target has. */
  capabilities: TargetCapabilities;
  /** What the play is judged by, ms. */
  bounds: Bounds;
  question(name: string): Question;
  /** A device of its own, of the play's user. */
  device(name: string): Promise<Device>;
  llm: LlmStage;
  /** A snapshot of the database: what is saved of this play's sessions. */
  probe(): Promise<void>;
  /** Resolves when the database holds the answer with so many chunks; 0: its row. */
  saved(question: Question, chunks: number): Promise<void>;
  /** Somebody else's eyes: reads the session as one who never saw it before. */
  glance(session: Session): Promise<void>;
  /** Another user tries to read, resume and stop, and nonsense cursors are tried. */
  attack(session: Session): Promise<void>;
  /**
   * Resolves when a reader has got something of the answer after the call, be it only a sign of life: a stream of it
   * is open then. Throws `Unmet` after a bound.
   */
  hears(question: Question): Promise<void>;
  /** As `hears`, of a stream that is asked for after the call: to be called before what makes a reader ask. */
  hearsAnew(question: Question): Promise<void>;
  /**
   * Takes a step once for all plays of the wave, when each has come here or is over; alone, it takes it at once. What
   * the step does to the stack is booked for all of them.
   */
  together(step: (stack: StackStage) => Promise<void>): Promise<void>;
  /** Waits for a step that only happens if faults strike as planned. Throws `Unmet` after a bound. */
  reached<T>(step: Promise<T>, what: string): Promise<T>;
  /** The driver's polling period, ms. */
  pollEvery: number;
  /** Time passes. For absences that the contract gives in seconds, and for limits in ms; nothing else. */
  pass(ms: number): Promise<void>;
}

/** Barriers of the mock LLM. `opened`: the call has come and is not answered. */
export interface LlmStage {
  /** Lets the LLM speak so many chunks and no more. */
  holdAt(question: Question, at: 'opened' | number): Promise<void>;
  release(question: Question): Promise<void>;
  /** Resolves when the LLM waits at its barrier, at `at` or later. */
  waitsAt(question: Question, at: 'opened' | number): Promise<void>;
  /** Resolves when that many chunks were spoken. */
  spoke(question: Question, chunks: number): Promise<void>;
  /** Resolves when the call ended, however it did. */
  ended(question: Question): Promise<void>;
}

/** What befalls everybody: for scenarios that are played alone, or in a wave, and so do it together. */
export interface StackStage {
  target: TargetStage;
  /** The target's database, and the way there. */
  database: DatabaseStage;
  /** Between the target and the LLM. */
  llmLink: LinkStage;
  /** How many plays are together here. */
  plays: number;
}

/** The target's process. Every fault has its kind for a name, under which coverage asks for it. */
export interface TargetStage {
  /** `kill`, `term`: gone until it is started again. `instance`: which of several; default: 0, the first. */
  kill(signal: 'SIGKILL' | 'SIGTERM', instance?: number): Promise<void>;
  restart(instance?: number): Promise<void>;
  /**
   * `freeze` (`freeze-2` of the second instance), or as it is called: it stands still with all its connections open,
   * until it is thawed.
   */
  freeze(instance?: number, called?: string): Promise<void>;
  thaw(instance?: number): Promise<void>;
  /**
   * `clock` (`clock-2` of the second instance): its wall clock jumps, and is then so many ms ahead of the true time,
   * negative: behind; 0 sets it right. What is started in its place has the same clock. Throws `Unmet` where it cannot
   * be moved.
   */
  setClock(ahead: number, instance?: number): Promise<void>;
  /** Resolves when every instance that is to run answers as one that serves. Throws `Unmet` after a bound. */
  serves(): Promise<void>;
}

export interface DatabaseStage extends LinkStage {
  /**
   * Strikes the database itself, by a fault of `faults/database`; `heal` ends it. Throws `Unmet` where it cannot be.
   *
   * @param called unique in the play; default: the fault's id
   */
  strike(fault: DatabaseFaultId, called?: string): Promise<void>;
  /**
   * Moves the wall clock of the database, which goes on by itself: the fault `database-clock`. Nobody sets it right but
   * the scenario, or the end of the play. Only in a scenario with `movesDatabaseClock`.
   *
   * @param ahead ms; negative: behind; 0 sets it right
   */
  setClock(ahead: number): Promise<void>;
}

/** Faults are named after the link, `database-hold`, `database-cut`, `llm-refuse` and so on, or as they are called. */
export interface LinkStage {
  /** Passes nothing on and loses nothing. */
  hold(called?: string): void;
  /** Resets all connections, with what they hold; new ones are accepted. */
  cut(called?: string): void;
  /** Resets new connections. */
  refuse(called?: string): void;
  /** Ends what is in force there. */
  heal(): Promise<void>;
  /** Resolves when on so many connections something waits to be passed on, while it holds. */
  waits(connections: number): Promise<void>;
}
