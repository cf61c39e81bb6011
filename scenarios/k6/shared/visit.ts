/**
 * One visit of one user, as a virtual user of k6 can make it: what was seen goes into a history that the judge of
 * holdfast reads, and what k6 can count itself into its metrics. How streams are read is another matter: whole
 * (whole-visit.ts), or chunk by chunk (live/visit.ts).
 */
import { setTimeout } from 'k6/timers';
import type { GenerationState, HistoryEvent, Recorded } from '../../../harness/history/events.ts';
import type { Question } from '../../../harness/load/engine/context.ts';
import type { LoadPlan } from '../../../harness/load/plan.ts';
import type { Draw } from '../../../harness/runs/draw.ts';
import { active, Chat, type Listed, listed } from './chat.ts';
import type { Settings } from './settings.ts';
import { View, type Writer } from './view.ts';

/** Between two tries of what failed, ms. */
export const PAUSE = 250;
const TRIES = 40;
const PROBE = 5;
/** Resolution of k6's clock, and what it is told late by, ms. */
const CLOCK_ERROR = 2;

export interface Session {
  id: string;
  questions: Question[];
}

/** What a visit is told when it begins. */
export interface VisitAbout {
  number: number;
  source: string;
  draw: Draw;
  questions: readonly Question[];
  tags: Record<string, string>;
}

export abstract class Visit implements Writer {
  readonly number: number;
  readonly plan: LoadPlan;
  readonly draw: Draw;
  readonly questions: readonly Question[];
  readonly chat: Chat;
  readonly sessions: Session[] = [];
  readonly views: View[] = [];
  readonly events: Recorded[] = [];
  readonly tags: Record<string, string>;
  /** What the script is about met an answer that was coming. */
  struck = false;
  private readonly source: string;
  private names = 0;

  constructor(settings: Settings, plan: LoadPlan, about: VisitAbout) {
    this.number = about.number;
    this.plan = plan;
    this.draw = about.draw;
    this.questions = about.questions;
    this.tags = about.tags;
    this.source = about.source;
    this.chat = new Chat(settings.target, settings.headers);
  }

  /** A place in the middle of an answer, as `ask` takes it. */
  abstract somewhere(): number;
  /** The place behind so many chunks, as `ask` takes it. */
  abstract behind(chunks: number): number;
  /**
   * Asks, and reads what comes.
   *
   * @param where the stream is let go of; absent: it is read to its end
   * @returns whether it was let go of before its end
   */
  abstract ask(view: View, session: Session, where?: number): Promise<boolean>;
  /** Whether the answer of a stream that was let go of is still coming. */
  abstract stillComes(view: View, session: Session): Promise<boolean>;
  /** Follows an answer to its end: by streams from where it is held, by the list where there is none. */
  abstract follow(view: View, session: Session): Promise<void>;
  /** As `follow`, of a view that was loaded afresh; the first chunk that it did not have at `since`, ms, is a recovery. */
  abstract goOn(view: View, session: Session, since: number): Promise<void>;

  get play(): string {
    return `load/${this.number}`;
  }

  record(event: HistoryEvent): void {
    const { source, play, events } = this;
    events.push({ ...event, source, seq: events.length, t: Date.now(), err: CLOCK_ERROR, play });
  }

  name(kind: string): string {
    return `${kind}${this.number}-${++this.names}`;
  }

  tab(n: number): string {
    return `user-${this.number}-tab-${n}`;
  }

  /** ms from the question to chunk `at` of its answer, as the LLM will say it. */
  whenChunk(at: number): number {
    const { pace } = this.plan.answers;
    if (typeof pace === 'string') throw new Error('k6 needs a pace in ms: by it, it knows how long to wait');
    return pace.first + pace.gap * at;
  }

  /** @throws where none can be made, for long */
  async createSession(actor: string): Promise<Session> {
    for (let tries = 1; ; tries++) {
      const fields = { op: this.name('o'), f: 'create-session', actor } as const;
      const answer = await this.chat.createSession();
      if (answer.status > 0 && answer.status < 300 && !answer.broken) {
        const session = { id: String((JSON.parse(answer.body) as { id: unknown }).id), questions: [] };
        this.record({ type: 'ok', ...fields, session: session.id, http: answer.status });
        this.sessions.push(session);
        return session;
      }
      this.record({ type: 'info', ...fields, reason: `status ${answer.status}` });
      if (tries === TRIES) throw new Error(`no session could be made in ${tries} tries`);
      await sleep(PAUSE);
    }
  }

  /** Opens a view for a question that is about to be asked. */
  view(actor: string, session: Session, question: Question): View {
    session.questions.push(question);
    return this.open(actor, question);
  }

  private open(actor: string, question: Question, after?: View): View {
    const view = new View(this, actor, question, after);
    this.views.push(view);
    return view;
  }

  /** Whether the session has the question of a view. */
  protected async arrived(view: View, session: Session): Promise<boolean> {
    const list = await this.list(view.actor, session);
    return list?.questions.includes(view.question.text) ?? false;
  }

  /** ms that any answer may take, and its end after that. */
  get patience(): number {
    const longest = Math.max(...this.questions.map(({ spec }) => this.whenChunk(spec.chunks)));
    return longest * 2 + this.plan.bounds.end;
  }

  /** Loads a session as a page does that knows nothing. */
  async reload(actor: string, session: Session, replaced: readonly View[]): Promise<View[]> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const list = await this.list(actor, session);
      if (list) {
        return session.questions.flatMap((question) => {
          const answer = list.answers.findLast((known) => known.question === question.text);
          if (!answer) return [];
          const view = this.open(
            actor,
            question,
            replaced.find((old) => old.question === question),
          );
          view.take(answer);
          return [view];
        });
      }
      await sleep(PAUSE);
    }
    return [];
  }

  /** What the list of a session says, booked; undefined where it could not be read. */
  async list(actor: string, session: Session, fresh = false) {
    const asked = Date.now();
    const answer = await this.chat.messages(session.id);
    if (answer.status === 0 || answer.status >= 300 || answer.broken) return undefined;
    let said: { questions: string[]; answers: Listed[] };
    try {
      said = listed(answer);
    } catch (error) {
      this.record({ type: 'unreadable', actor, what: 'answer', reason: String(error).slice(0, 200) });
      return undefined;
    }
    const [first] = session.questions;
    for (const { message, question, text } of said.answers) {
      // Of an answer without a question nobody can say where it belongs.
      if (!first || question === null || session.questions.some((own) => own.text === question)) continue;
      const { length } = text;
      this.record({ type: 'stray', actor, send: first.spec.seed, owner: null, message, length });
    }
    for (const { text, spec } of session.questions) {
      const own = said.answers.filter(({ question }) => question === text);
      const last = own.at(-1);
      this.record({
        type: 'state',
        from: 'list',
        actor,
        send: spec.seed,
        asked,
        state: last?.state ?? 'absent',
        question: said.questions.includes(text),
        ...(last && { length: last.text.length }),
        ...(own.length > 1 && { answers: own.length }),
        ...(fresh && { fresh }),
      });
    }
    return said;
  }

  /** What the status of its session says of a view's answer; undefined where it is not being generated. */
  async peek(view: View, session: Session): Promise<{ message: string; text: string } | undefined> {
    const asked = Date.now();
    const answer = await this.chat.status(session.id);
    if (answer.status === 0 || answer.status >= 300 || answer.broken) return undefined;
    try {
      const going = active(answer);
      // A session of ours has one answer that is going on.
      const own =
        view.message === undefined ? going[0] : going.find(({ message }) => message === view.message);
      if (!own) return undefined;
      const { actor, send } = view;
      const { length } = own.text;
      this.record({ type: 'state', from: 'status', actor, send, asked, state: 'generating', length });
      return own;
    } catch (error) {
      view.unreadable('answer', error);
      return undefined;
    }
  }

  /** Brings a view up to what the status of its session says. @returns whether its answer is being generated */
  async poll(view: View, session: Session): Promise<boolean> {
    const own = await this.peek(view, session);
    if (own) view.adopt(own.message, own.text, 'generating');
    return own !== undefined;
  }

  /** Takes over what the list says of a view's answer. */
  async look(view: View, session: Session, cursorVoid = false): Promise<void> {
    const list = await this.list(view.actor, session);
    const answer = list?.answers.findLast(({ question }) => question === view.question.text);
    if (answer) view.take(answer, cursorVoid);
  }

  /** Polls the list to the end. */
  async pollToEnd(view: View, session: Session): Promise<void> {
    const until = Date.now() + this.patience;
    while (view.state === undefined && !view.refused && Date.now() < until) {
      if (!(await this.poll(view, session))) await this.look(view, session);
      if (view.state === undefined) await sleep(this.plan.pollEvery);
    }
  }

  /** Reads everything afresh, by who never saw anything. @returns the texts by send */
  async readAfresh(): Promise<Map<number, { text: string; state: GenerationState | 'absent' }>> {
    const actor = 'fresh-reader';
    const texts = new Map<number, { text: string; state: GenerationState | 'absent' }>();
    for (const session of this.sessions) {
      if (session.questions.length === 0) continue;
      const list = await this.insist(() => this.list(actor, session, true));
      if (!list) continue;
      for (const { spec, text: asked } of session.questions) {
        const answer = list.answers.findLast(({ question }) => question === asked);
        const view = this.name('v');
        const send = spec.seed;
        const text = answer?.text ?? '';
        this.record({ type: 'view.open', view, actor, send, kind: 'snapshot', fresh: true });
        this.record({ type: 'seen', view, send, how: 'set', text });
        if (answer) this.record({ type: 'view.end', view, send, state: answer.state });
        this.record({ type: 'view.close', view, send, why: 'snapshot' });
        texts.set(send, { text, state: answer?.state ?? 'absent' });
      }
    }
    return texts;
  }

  private async insist<T>(attempt: () => Promise<T | undefined>): Promise<T | undefined> {
    for (let tries = 1; tries <= TRIES; tries++) {
      const result = await attempt();
      if (result !== undefined) return result;
      await sleep(PAUSE);
    }
    return undefined;
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** How late a timer of this virtual user is, ms: not less than nothing, for its clock counts whole ones. */
export async function lateness(): Promise<number> {
  const began = Date.now();
  await sleep(PROBE);
  return Math.max(0, Date.now() - began - PROBE);
}
