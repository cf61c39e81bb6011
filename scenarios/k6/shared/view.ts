/**
 * What one tab holds of one answer, and what it is told. Everything goes into the visit's history for the judge; the
 * text is kept, too, for k6's own counters.
 */
import type { GenerationState, HistoryEvent, StreamCloseEvent } from '../../../harness/history/events.ts';
import type { Question } from '../../../harness/load/engine/context.ts';
import { type Answer, type Frame, framesOf, type Listed } from './chat.ts';

const TERMINAL: readonly string[] = ['completed', 'error', 'cancelled'];

export interface Writer {
  record(event: HistoryEvent): void;
  /** Unique in the run. */
  name(kind: string): string;
}

export class View {
  readonly name: string;
  readonly actor: string;
  readonly question: Question;
  text = '';
  /** The target's id of the answer, once known. */
  message: string | undefined;
  /** Set once the target has told the end. */
  state: GenerationState | undefined;
  /** Nothing is to be followed: the send was refused. */
  refused = false;
  /** Nobody looks at it any more. */
  closed = false;
  /** The last id that its stream gave it, where what is held came by that stream. */
  lastId: string | null = null;
  private readonly writer: Writer;

  constructor(writer: Writer, actor: string, question: Question, after?: View) {
    this.writer = writer;
    this.actor = actor;
    this.question = question;
    this.name = writer.name('v');
    const link = after === undefined ? {} : { after: after.name };
    this.record({ type: 'view.open', ...this.fields, actor, kind: 'live', ...link });
  }

  get send(): number {
    return this.question.spec.seed;
  }

  private get fields() {
    return { view: this.name, send: this.send };
  }

  private record(event: HistoryEvent): void {
    this.writer.record(event);
  }

  /** Where it would go on: what is held decides, wherever it came from. */
  get cursor(): string | null {
    return this.text === '' || this.message === undefined ? null : `${this.message}:${this.text.length}`;
  }

  openStream(cursor: string | null): string {
    const stream = this.writer.name('s');
    this.record({ type: 'stream.open', stream, ...this.fields, actor: this.actor, cursor });
    return stream;
  }

  closeStream(stream: string, why: StreamCloseEvent['why'], http?: number): void {
    const code = http === undefined ? {} : { http };
    this.record({ type: 'stream.close', stream, ...this.fields, why, ...code });
  }

  /** A stream was refused. @returns what to do next */
  refuse(stream: string, cursor: string | null, http: number): 'again' | 'void-cursor' {
    this.closeStream(stream, 'refused', http);
    return cursor !== null && http < 500 && http !== 429 ? 'void-cursor' : 'again';
  }

  /** A stream came to its end: what it brought is read now, since stock k6 has it no sooner. */
  hear(answer: Answer, stream: string, cursor: string | null): 'ended' | 'again' | 'void-cursor' {
    if (answer.timedOut) {
      this.closeStream(stream, 'client');
      return 'again';
    }
    if (answer.status >= 300) return this.refuse(stream, cursor, answer.status);
    if (answer.broken || answer.status === 0) {
      this.closeStream(stream, 'broken');
      return 'again';
    }
    this.begins(cursor);
    const shorter = this.read(answer.body, stream);
    const told = this.state !== undefined || shorter;
    this.closeStream(stream, told ? 'terminal' : 'eof');
    if (shorter) return 'void-cursor';
    return this.state === undefined ? 'again' : 'ended';
  }

  /** A stream begins to speak: without a cursor at the beginning, and then what is held comes again. */
  begins(cursor: string | null): void {
    if (cursor === null && this.text !== '') this.reset('replay');
  }

  /** @returns whether the end was told with a length shorter than what is held */
  private read(body: string, stream: string): boolean {
    let shorter = false;
    let waiting = '';
    const flush = () => {
      if (waiting !== '') this.append(waiting, stream);
      waiting = '';
    };
    for (const frame of framesOf(body)) {
      if (frame.event === 'done') flush();
      const told = this.says(frame, stream, (text) => {
        waiting += text;
      });
      if (frame.event === 'done') shorter = told;
    }
    flush();
    return shorter;
  }

  /**
   * One event of a stream.
   *
   * @param grow takes a piece of the answer
   * @returns whether it tells the end with a length shorter than what is held
   */
  says({ event, data }: Frame, stream: string, grow = (text: string) => this.append(text, stream)): boolean {
    try {
      const said = JSON.parse(data) as Record<string, unknown>;
      if (event === 'message') this.message = String(said.message_id);
      if (event === 'chunk') grow(String(said.text));
      if (event !== 'done') return false;
      const state = stateOf(said.status);
      const { length } = said;
      const shorter = typeof length === 'number' && length < this.text.length;
      const told = typeof length === 'number' ? { length } : {};
      const { actor, send } = this;
      this.record({ type: 'state', from: 'stream', actor, send, asked: Date.now(), state, ...told });
      if (!shorter) this.end(state);
      return shorter;
    } catch (error) {
      this.unreadable('frame', error);
      return false;
    }
  }

  private append(text: string, stream?: string): void {
    this.text += text;
    const by = stream === undefined ? {} : { stream };
    this.record({ type: 'seen', ...this.fields, how: 'append', text, ...by });
  }

  private set(text: string): void {
    if (text === this.text) return;
    if (text.startsWith(this.text)) {
      this.append(text.slice(this.text.length));
      this.lastId = null;
      return;
    }
    this.text = text;
    this.lastId = null;
    this.record({ type: 'seen', ...this.fields, how: 'set', text });
  }

  /** What a poll or a list says. It lags behind a stream: only the end, or a void cursor, makes what is held void. */
  adopt(message: string, text: string, state: GenerationState, cursorVoid = false): void {
    this.message = message;
    // An id that was refused is not shown again: what is held says where to go on.
    if (cursorVoid) this.lastId = null;
    if (this.state !== undefined) return;
    const ended = TERMINAL.includes(state);
    const behind = text.length < this.text.length;
    if (behind && !ended && !cursorVoid) return;
    if (behind)
      this.reset('target', ended ? `ended as ${state} with less than was shown` : 'the cursor was refused');
    this.set(text);
    if (ended) this.end(state);
  }

  take({ message, text, state }: Listed, cursorVoid = false): void {
    this.adopt(message, text, state, cursorVoid);
  }

  private reset(why: 'replay' | 'target', reason?: string): void {
    this.text = '';
    this.lastId = null;
    this.record({ type: 'view.reset', ...this.fields, why, ...(reason !== undefined && { reason }) });
  }

  private end(state: GenerationState): void {
    if (this.state !== undefined || !TERMINAL.includes(state)) return;
    this.state = state;
    this.record({ type: 'view.end', ...this.fields, state });
  }

  /** Nobody looks at it any more. */
  leave(): void {
    this.closed = true;
    this.record({ type: 'view.close', ...this.fields, why: 'refresh' });
  }

  unreadable(what: 'frame' | 'answer', error: unknown): void {
    const reason = String(error).slice(0, 200);
    this.record({ type: 'unreadable', actor: this.actor, send: this.send, what, reason });
  }
}

function stateOf(said: unknown): GenerationState {
  if (typeof said === 'string' && (said === 'generating' || TERMINAL.includes(said)))
    return said as GenerationState;
  throw new TypeError(`a state that the contract does not know: ${JSON.stringify(said)}`);
}
