/**
 * What a system under test must tell of itself. An adapter only builds requests and reads answers; who sends
 * them, over which connection and with which faults in between, is not its business. So the API actor, the
 * proxy, k6 scripts and the load engine can all use the same one.
 */

import type { GenerationState, TargetCapabilities } from '../history/events.ts';
import type { Frame, Framing, Meaning } from '../wire/frames.ts';
import type { TargetPage } from './page.ts';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query, from the target's origin. */
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
}

/** A complete answer that is not a stream. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed where the body was JSON; the text otherwise. */
  body: unknown;
}

/** One answer of a session's history. */
export interface Answer {
  message: string;
  /** Text of the question that it answers; null where the target cannot say. */
  question: string | null;
  text: string;
  state: GenerationState;
}

export interface SessionHistory {
  /** Texts of the questions that are there, answered or not. */
  questions: string[];
  answers: Answer[];
}

/** A generation that is going on, by the target's word. */
export interface ActiveGeneration {
  message: string;
  /** What there is of it, if the target says. */
  text?: string;
}

export interface Refusal {
  code: string;
  reason: string;
}

/** A row of the database that holds (part of) an answer. */
export interface PersistedAnswer {
  question: string;
  /** null: the question is there, its answer is not. */
  answer: { text: string; state: GenerationState } | null;
}

export interface Probe {
  /** One consistent snapshot of the answers in these sessions (the target's ids), begun after the call. */
  snapshot(sessions: string[]): Promise<PersistedAnswer[]>;
  /** Connections to the target's database other than the probe's. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Something that goes wrong in the target when it is told to, so that whoever judges it can be judged. */
export interface PlantableDefect {
  name: string;
  /** What goes wrong, in a sentence. */
  about: string;
  /** Public reports of it. */
  seenIn: readonly string[];
  /** Which of its programs is changed. */
  side: 'server' | 'page';
  /** The defect of which this is what the other side can do wrong to the same effect. */
  like?: string;
}

/** How to start the target, and what it needs to know. It runs in the folder in which holdfast was started. */
export interface Launch {
  command: string;
  args: string[];
  /** Added to the environment of holdfast. */
  env: Record<string, string>;
  /**
   * Finds the address on which it listens in what it prints on either output, line by line: the first group is the
   * address, such as http://127.0.0.1:3000, or all of the match where there is no group.
   */
  listening: RegExp;
}

export interface Surroundings {
  databaseUrl: string;
  /** Base URL of the OpenAI-compatible API, without /chat/completions. */
  llmUrl: string;
  persistence: string;
  /** Names of planted defects, for targets that have them. */
  defects: string[];
}

export interface Target {
  name: string;
  /** What it can do, per way of persisting. */
  capabilities(persistence: string): TargetCapabilities;
  /** Ways of persisting it can be started with; the first is the default. */
  persistence: readonly string[];
  framing: Framing;
  /** What can be planted in it; default: nothing. */
  defects?(): Promise<readonly PlantableDefect[]>;
  /** Prepares the database (migrations) before the start. */
  prepare?(surroundings: Surroundings): Promise<void>;
  launch(surroundings: Surroundings): Launch;
  /** Answers 2xx once it can serve. */
  ready: HttpRequest;
  /** Two users, told apart by what they send along. */
  users: readonly [User, User];
  createSession(): HttpRequest;
  session(answer: HttpAnswer): string;
  /** All sessions of a user, and their ids in the answer; absent: it lists none. */
  sessions?(): HttpRequest;
  listed?(answer: HttpAnswer): string[];
  /** `key` is the same for repetitions of the same send. */
  send(question: { session: string; text: string; key: string }): HttpRequest;
  /** Takes up the stream of an answer; `cursor` null: from the beginning. */
  open(at: { session: string; message: string; cursor: string | null }): HttpRequest;
  /** The cursor of whoever holds `text` of an answer, where it can be computed (cursor: index). */
  cursorOf?(message: string, text: string): string;
  decode(frame: Frame): Meaning;
  /**
   * What stands around the JSON of `text` in a frame that brought it and nothing else, where every frame that has the
   * same around any other text brings that one, and nothing else. Spares who reads very many streams to decode what is
   * as expected; null: there is no saying.
   */
  around?(frame: Frame, text: string): { before: string; after: string } | null;
  history(session: string): HttpRequest;
  answers(answer: HttpAnswer): SessionHistory;
  status?(session: string): HttpRequest;
  active?(answer: HttpAnswer): ActiveGeneration[];
  stop?(at: { session: string; message: string }): HttpRequest;
  /** The state that holds from the stop on. */
  stopped?(answer: HttpAnswer): GenerationState;
  /** What an answer that is not 2xx says. */
  refusal(answer: HttpAnswer): Refusal;
  probe?(databaseUrl: string): Promise<Probe>;
  /** Its page, where it has one that a person can use in a browser. */
  page?: TargetPage;
}

export interface User {
  name: string;
  headers: Record<string, string>;
}
