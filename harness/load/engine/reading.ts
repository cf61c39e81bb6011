/**
 * Keeps what one reader holds of one answer current, until the target says that it ended: by its stream where it can
 * be resumed, by polling where not. The same rules as the API driver's, over sockets of the engine and without the
 * text: of that only the judge keeps an account, in constant memory.
 */
import { now } from '../../history/index.ts';
import type { HttpAnswer, HttpRequest } from '../../targets/target.ts';
import { createFrameReader, type FrameReader } from '../../wire/frame-reader.ts';
import type { Frame, Meaning } from '../../wire/frames.ts';
import { SILENCE } from './context.ts';
import { type Envelope, envelopeOf, textOnly } from './envelope.ts';
import { Exchange, type ExchangeEnd, parsed } from './exchange.ts';
import { Held, type ReadingSetup } from './held.ts';
import { readSession, type StoredAnswer } from './stored.ts';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;
/** A target closes its stream after the terminal event; one that does not is listened to for so long. */
const AFTER_THE_END = 300;

/** A stream that says its pieces otherwise again and again is read frame by frame. */
const ENVELOPES = 3;

/** What one connection ended with; see the API driver's follower. */
type Outcome = 'ended' | 'again' | 'no-stream' | 'void-cursor' | 'refused';

/** A connection by which the question is asked. */
interface AsSend {
  /** It was asked before, and nobody knows whether it arrived. */
  isRepeated: boolean;
  accepted(http: number): void;
  refused(http: number, code: string, reason: string): void;
}

export class Reading extends Held {
  private exchange: Exchange | undefined;
  private breakOff: (() => void) | undefined;
  /** Raised when nobody follows it any more: what was begun before must not go on. */
  private turn = 0;
  private offline: PromiseWithResolvers<void> | undefined;
  private polling: boolean;
  /** How the stream that is open says a piece; undefined as long as nobody knows. */
  private envelope: Envelope | undefined;
  /** So often is that learnt on one stream. */
  private envelopesLeft = 0;
  private wake = () => {};

  constructor(setup: ReadingSetup) {
    super(setup);
    this.polling = setup.context.capabilities.resume === 'poll';
  }

  /** Sends the question and follows the answer. */
  ask(): void {
    void this.follow(true);
  }

  /** Takes up an answer that is there already. */
  join(): void {
    void this.follow(false);
  }

  /** Whether a stream of it is open that has brought some of the answer, and not all. */
  get isMidStream(): boolean {
    return this.exchange !== undefined && this.pieces > 0 && this.state === undefined;
  }

  /** Loses the network: the connection is gone without a word, and none can be made until `heal`. */
  cut(): void {
    this.offline ??= Promise.withResolvers<void>();
    this.breakOff?.();
  }

  heal(): void {
    if (!this.offline) return;
    if (this.state === undefined && this.pieces > 0) this.since = { at: now(), name: 'recovery' };
    this.offline.resolve();
    this.offline = undefined;
  }

  /** Goes over to polling: as behind something that lets no stream through. */
  poll(): void {
    this.polling = true;
    this.breakOff?.();
  }

  /** Nobody looks at it any more. */
  leave(why: 'refresh' | 'tab-closed'): void {
    this.isClosed = true;
    this.rest();
    this.setup.books.record({ type: 'view.close', view: this.view, send: this.send, why });
    this.settle();
  }

  /** Closes the connection; the view stays as it is. */
  rest(): void {
    this.turn++;
    this.breakOff?.();
    this.wake();
    this.offline?.resolve();
  }

  /** Goes on after `rest`, from what a list of the session says, if it says anything. */
  resume(answer?: StoredAnswer): void {
    if (answer) this.adopt(answer, false);
    if (this.state === undefined) void this.follow(false);
  }

  private async follow(asks: boolean): Promise<void> {
    const { turn } = this;
    const left = () => turn !== this.turn;
    if (asks && (await this.askFirst(left)) === 'refused') {
      this.refused = true;
      this.settle();
      return;
    }
    let inVain = 0;
    while (!left() && this.state === undefined) {
      await this.reachable();
      if (left()) return;
      if (this.polling || this.message === undefined) {
        await this.readStored(left, false);
        if (!left() && this.state === undefined) await this.pause(this.setup.context.pollEvery);
        continue;
      }
      const before = this.length;
      const outcome = await this.open(this.openRequest(this.message), this.resumesFrom);
      if (outcome === 'no-stream') this.polling = true;
      if (outcome === 'void-cursor') await this.readStored(left, true);
      inVain = this.length > before ? 0 : inVain + 1;
      if (outcome !== 'ended' && inVain > 0)
        await this.pause(Math.min(FIRST_PAUSE * 2 ** (inVain - 1), LONGEST_PAUSE));
    }
  }

  private async reachable(): Promise<void> {
    await this.offline?.promise;
    if (this.setup.context.way() === null) await this.setup.context.whenServed();
  }

  /** Sends; where nobody knows whether it arrived, a target that knows repetitions by their key is asked again. */
  private async askFirst(left: () => boolean): Promise<Outcome> {
    const { context, books, actor, session, question } = this.setup;
    for (let repetition = 0; ; repetition++) {
      await this.reachable();
      if (left()) return 'again';
      const op = context.name('o');
      const fields = { op, f: 'send', actor, session, send: this.send } as const;
      books.record({ type: 'invoke', ...fields, ...(repetition === 0 && { spec: question.spec }) });
      const { text, key } = question;
      let answered = false;
      const outcome = await this.open(context.target.send({ session, text, key }), null, {
        isRepeated: repetition > 0,
        accepted: (http) => {
          answered = true;
          books.record({ type: 'ok', ...fields, http });
        },
        refused: (http, code, reason) => {
          answered = true;
          context.counts.refused++;
          books.record({ type: 'fail', ...fields, http, code, reason });
        },
      });
      if (!answered)
        books.record({ type: 'info', ...fields, reason: 'the connection broke before an answer came' });
      if (outcome !== 'again' || this.message !== undefined) return outcome;
      if (!context.capabilities.idempotentSend || left()) return outcome;
      await this.pause(Math.min(FIRST_PAUSE * 2 ** repetition, LONGEST_PAUSE));
    }
  }

  private get resumesFrom(): string | null {
    const { capabilities, target } = this.setup.context;
    if (capabilities.resume !== 'append' || this.length === 0) return null;
    return this.cursor ?? target.cursorOf?.(this.message!, this.text ?? '') ?? null;
  }

  private openRequest(message: string): HttpRequest {
    const { session, context } = this.setup;
    return context.target.open({ session, message, cursor: this.resumesFrom });
  }

  /** One connection, from request to end. */
  private open(request: HttpRequest, cursor: string | null, asSend?: AsSend): Promise<Outcome> {
    const { context, books, actor } = this.setup;
    const way = context.way();
    if (!way) return Promise.resolve('again');
    const stream = context.name('s');
    const fields = { stream, view: this.view, send: this.send } as const;
    books.record({ type: 'stream.open', ...fields, actor, cursor });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    let reader: FrameReader | undefined;
    /** When the bytes came that are being read, ms. */
    let at = 0;
    let status = 0;
    let refusal: Buffer[] | undefined;

    const closed = (why: 'terminal' | 'eof' | 'broken' | 'client'): void => {
      this.exchange = undefined;
      this.breakOff = undefined;
      if (reader) context.counts.streams--;
      books.record({ type: 'stream.close', ...fields, why });
      if (this.cutShort) resolve('void-cursor');
      else resolve(this.state !== undefined ? 'ended' : 'again');
    };
    const over = (how: ExchangeEnd): void => {
      if (refusal) {
        this.exchange = undefined;
        this.breakOff = undefined;
        resolve(this.refuse(fields, { status, headers: {}, body: parsed(refusal) }, cursor, asSend));
        return;
      }
      const told = this.state !== undefined || this.cutShort;
      if (!told && reader) {
        context.counts.broken++;
        if (this.pieces > 0) this.since ??= { at: now(), name: 'outage' };
      }
      closed(told ? 'terminal' : how === 'silent' ? 'client' : how === 'eof' && reader ? 'eof' : 'broken');
    };

    const exchange = new Exchange(way, request, SILENCE, {
      head: (code) => {
        status = code;
        if (code < 200 || code > 299) {
          refusal = [];
          return;
        }
        reader = createFrameReader(context.target.framing, (frame) =>
          this.hear(frame, at, stream, exchange, over),
        );
        context.counts.streams++;
        this.following = books.follow(this.view, this.send, stream);
        this.envelope = undefined;
        this.envelopesLeft = ENVELOPES;
        asSend?.accepted(code);
        this.cutShort = false;
        this.lastPiece = 0;
        // Without a cursor the target begins at the beginning: what is held is about to come again.
        if (cursor === null && this.length > 0) this.reset('replay');
      },
      bytes: (bytes, from, to, cameAt) => {
        if (refusal) refusal.push(Buffer.from(bytes.subarray(from, to)));
        if (!reader) return;
        at = cameAt;
        const unread = this.takeExpected(reader, exchange, bytes, from, to, at);
        if (unread < to) reader.read(bytes, unread, to);
      },
      over,
    });
    this.exchange = exchange;
    this.breakOff = () => {
      exchange.close();
      closed(this.state !== undefined || this.cutShort ? 'terminal' : 'client');
    };
    return promise;
  }

  private refuse(
    fields: { stream: string; view: string; send: number },
    answer: HttpAnswer,
    cursor: string | null,
    asSend?: AsSend,
  ): Outcome {
    const { books, context } = this.setup;
    const http = answer.status;
    const { code, reason } = this.readable('answer', () => context.target.refusal(answer)) ?? {
      code: `HTTP ${http}`,
      reason: 'unreadable',
    };
    books.record({ type: 'stream.close', ...fields, why: 'refused', http, code });
    asSend?.refused(http, code, reason);
    // Who is not served now is not told what became of the send that this one repeats.
    if (asSend) return asSend.isRepeated && http >= 500 ? 'again' : 'refused';
    if (http === 404 || http === 405 || http === 501) return 'no-stream';
    return cursor !== null && http >= 400 && http < 500 && http !== 429 ? 'void-cursor' : 'again';
  }

  private readable<T>(what: 'frame' | 'answer', read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.noteUnreadable(what, error);
      return undefined;
    }
  }

  private noteUnreadable(what: 'frame' | 'answer', error: unknown): void {
    const { books, actor } = this.setup;
    books.record({ type: 'unreadable', actor, send: this.send, what, reason: String(error).slice(0, 200) });
  }

  /**
   * Takes frames that say, to the byte, what comes next.
   *
   * @returns where the first begins that does not, and is to be read
   */
  private takeExpected(
    reader: FrameReader,
    exchange: Exchange,
    bytes: Buffer,
    from: number,
    to: number,
    at: number,
  ): number {
    const { envelope, following } = this;
    if (!envelope || !following || !reader.isBetweenFrames) return from;
    for (let begin = from; ; ) {
      // What comes in one piece with a cut was in flight when it struck, and is lost.
      if (!exchange.isOpen) return to;
      const text = begin < to ? following.expected() : null;
      if (text === null) return begin;
      const end = envelope.end(text, bytes, begin, to);
      if (end === -1) return begin;
      following.take(text, at);
      this.hold('append', text, at);
      begin = end;
    }
  }

  /** What the next frame will be like, if it is like this one. */
  private learn(frame: Frame, meaning: Meaning): void {
    if (this.envelopesLeft === 0) return;
    const text = textOnly(meaning);
    if (text === null) return;
    this.envelopesLeft--;
    this.envelope = envelopeOf(this.setup.context.target, frame, text) ?? undefined;
  }

  private hear(
    frame: Frame,
    at: number,
    stream: string,
    exchange: Exchange,
    over: (how: ExchangeEnd) => void,
  ): void {
    // What comes in one piece with a cut was in flight when it struck, and is lost.
    if (!exchange.isOpen) return;
    const { context, books, actor } = this.setup;
    let meaning: Meaning;
    try {
      meaning = context.target.decode(frame);
    } catch (error) {
      this.noteUnreadable('frame', error);
      exchange.close();
      over('broken');
      return;
    }
    if (meaning.message !== undefined) this.message = meaning.message;
    if (meaning.reset !== undefined) this.reset('target', meaning.reset);
    if (meaning.cursor !== undefined) {
      this.cursor = meaning.cursor;
      this.text = null;
    }
    this.learn(frame, meaning);
    if (meaning.text) this.take(meaning.text.how, meaning.text.text, at, stream);
    if (meaning.terminal === undefined) return;
    const { terminal: state, length } = meaning;
    const told = length === undefined ? {} : { length };
    books.record({ type: 'state', from: 'stream', actor, send: this.send, asked: now(), state, ...told });
    // The answer came out shorter than what is held: the target lost it, and says so by the length.
    this.cutShort = length !== undefined && length < this.length;
    if (!this.cutShort) this.end(state);
    setTimeout(() => {
      if (!exchange.isOpen) return;
      exchange.close();
      over('eof');
    }, AFTER_THE_END).unref();
  }

  /** Asks for what is stored, and takes it over. */
  private async readStored(left: () => boolean, cursorVoid: boolean): Promise<void> {
    const answers = await readSession(this.setup, [this.question]);
    const answer = answers?.find(({ send }) => send === this.send);
    if (answer && !left() && this.state === undefined) this.adopt(answer, cursorVoid);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
