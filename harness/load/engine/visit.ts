/**
 * One visit of one user: a session, a question, and what the user does while the answer comes. Each visit is a play
 * of its own, with its own plan, and is judged by all checkers as soon as it is over.
 */
import { now } from '../../history/index.ts';
import type { Draw } from '../../runs/draw.ts';
import type { PlayBooks } from './books.ts';
import { type Context, type Question, SILENCE } from './context.ts';
import { ask } from './exchange.ts';
import type { ReadingSetup } from './held.ts';
import { Reading } from './reading.ts';
import { type Asker, readSession } from './stored.ts';

/** For a session that cannot be made or read: a page that loads goes on trying. */
const PAUSE = 200;
const MOST_TRIES = 150;

export interface VisitSetup {
  context: Context;
  books: PlayBooks;
  /** Which visit of the run. */
  number: number;
  draw: Draw;
  /** When it was to begin (ms): latencies count from there, however late it did. */
  intended: number;
  /** Its latencies count: it is past the warm-up. */
  measured: boolean;
  questions: readonly Question[];
}

export class Visit {
  readonly draw: Draw;
  readonly context: Context;
  readonly questions: readonly Question[];
  readonly books: PlayBooks;
  /** Where something was asked, by the target's ids. */
  readonly sessions: { id: string; questions: Question[] }[] = [];
  readonly readings: Reading[] = [];
  /** The fault or reload of this visit hit a stream that was live: it counts among those that it could have harmed. */
  struck = false;
  private readonly setup: VisitSetup;
  private tabs = 0;

  constructor(setup: VisitSetup) {
    this.setup = setup;
    this.context = setup.context;
    this.books = setup.books;
    this.draw = setup.draw;
    this.questions = setup.questions;
  }

  /** A name for another tab of the user's. */
  openTab(): string {
    return `user-${this.setup.number}-tab-${++this.tabs}`;
  }

  /** Makes a session that `actor` then shows. @throws where none can be made, for long */
  async createSession(actor: string): Promise<string> {
    const { context, books } = this;
    const { target } = context;
    for (let tries = 1; ; tries++) {
      if (context.way() === null) await context.whenServed();
      const fields = { op: context.name('o'), f: 'create-session', actor } as const;
      try {
        const way = context.way();
        if (!way) continue;
        const answer = await ask(way, target.createSession(), SILENCE);
        if (answer.status < 300) {
          const session = target.session(answer);
          books.record({ type: 'ok', ...fields, session, http: answer.status });
          this.sessions.push({ id: session, questions: [] });
          return session;
        }
        books.record({ type: 'fail', ...fields, http: answer.status, ...target.refusal(answer) });
      } catch (error) {
        books.record({ type: 'info', ...fields, reason: String(error) });
      }
      if (tries === MOST_TRIES) throw new Error(`no session could be made in ${tries} tries`);
      await sleep(PAUSE);
    }
  }

  /** Asks, and begins to follow the answer. */
  ask(actor: string, session: string, question: Question): Reading {
    this.sessions.find(({ id }) => id === session)?.questions.push(question);
    const isFirst = this.readings.length === 0;
    const since = isFirst ? this.setup.intended : now();
    const onFirst = () => {
      if (this.setup.measured) this.context.latencies.record('first-chunk', now() - since);
    };
    const reading = this.follow({ ...this.asker(actor, session), question, onFirst });
    reading.ask();
    return reading;
  }

  /** Loads a session as a page does that knows nothing: each answer that is there becomes a new view. */
  async load(actor: string, session: string, replaced: readonly Reading[] = []): Promise<Reading[]> {
    const since = now();
    const answers = await this.stored(actor, session);
    return answers.map((answer) => {
      const question = this.questions.find(({ spec }) => spec.seed === answer.send)!;
      const after = replaced.find((reading) => reading.question === question)?.view;
      const link = after === undefined ? {} : { after };
      const reading = this.follow({ ...this.asker(actor, session), question, ...link });
      reading.begin(answer, since);
      if (reading.state === undefined) reading.join();
      return reading;
    });
  }

  /** What the list of a session says; empty where it cannot be read for long. */
  async stored(actor: string, session: string) {
    const questions = this.sessions.find(({ id }) => id === session)?.questions ?? [];
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      if (this.context.way() === null) await this.context.whenServed();
      const answers = await readSession(this.asker(actor, session), questions);
      if (answers) return answers;
      await sleep(PAUSE);
    }
    return [];
  }

  private asker(actor: string, session: string): Asker {
    return { context: this.context, books: this.books, actor, session };
  }

  private follow(setup: ReadingSetup): Reading {
    const reading = new Reading(setup);
    this.readings.push(reading);
    return reading;
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
