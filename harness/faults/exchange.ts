/**
 * One request of a client and its response, passed on between the two.
 *
 *     client ── request ──────────────▶ upstream
 *     client ◀─ frames ─ pump ◀─ arrived ─ upstream
 *
 * What comes from the target is put into a short queue and passed on from there in order, at once unless the
 * device is held or the client does not read. So a hold loses nothing, an end or a break is never passed on before
 * what came ahead of it, and a target whose client does not read is not read from either.
 */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Recorder } from '../history/index.ts';
import {
  createFramer,
  type Decode,
  type Frame,
  type Framer,
  type Framing,
  type Meaning,
  SIGN_OF_LIFE,
} from '../wire/index.ts';
import type { AnswerFault } from './answers/index.ts';
import { tearAt } from './cuts/half-frame.ts';
import { type Cut, cuts, type Garbling } from './cuts/index.ts';
import type { StrikePoint } from './fault.ts';
import { isFramed, responseHeaders, STREAM_HEADER } from './headers.ts';
import { type Journal, openJournal } from './journal.ts';
import { askTarget } from './upstream.ts';

/** What an exchange needs of the device whose it is. */
export interface Host {
  name: string;
  upstream(): string;
  framing: Framing;
  decode: Decode;
  recorder: Recorder;
  /** Nothing may be passed on, in either direction. */
  held(): boolean;
  /**
   * The fault that strikes where the exchange stands now, if there is one.
   *
   * @param moment what has come and was not passed on yet: nothing, the head of the response, or a frame, which can
   *     be torn
   */
  due(exchange: Exchange, moment: 'between' | 'head' | 'frame'): Due | undefined;
  /** What befalls answers to requests that come now. */
  answers(): AnswerFault | undefined;
  /** Neither side is connected any more. */
  over(exchange: Exchange): void;
}

export interface Due {
  cut: Cut;
  /** Called when the cut was made. */
  made(): void;
}

type Arrival =
  | { what: 'head'; response: IncomingMessage }
  | { what: 'bytes'; bytes: Buffer }
  | { what: 'end' }
  | { what: 'broken' }
  | { what: 'unreachable'; why: string };

/** Reads of the target that may wait before it is read from no more. Each is at most 64 KiB. */
const MOST_WAITING = 16;
/** How often a stream that is only kept alive gives a sign of life, ms. */
const ALIVE_EVERY = 1_000;

export class Exchange {
  readonly id: string;
  readonly socket: Socket;
  /** UTF-16 units of answer text passed on. */
  text = 0;

  readonly #host: Host;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #stream: string | undefined;
  readonly #journal: Journal;
  readonly #arrived: Arrival[] = [];
  readonly #befallen: AnswerFault | undefined;
  #upstream: ClientRequest | undefined;
  #body: IncomingMessage | undefined;
  #framer: Framer | undefined;
  #ended = false;
  #cut: Cut | undefined;
  #tearNext: Due | undefined;
  #pulse: NodeJS.Timeout | undefined;
  /** Frames that wait for another with which they are to be garbled. */
  #gathered: { frame: Frame; meaning: Meaning }[] = [];
  #clientGone = false;

  constructor(host: Host, id: string, request: IncomingMessage, response: ServerResponse) {
    this.#host = host;
    this.id = id;
    this.#request = request;
    this.#response = response;
    this.socket = request.socket;
    const stream = request.headers[STREAM_HEADER];
    this.#stream = typeof stream === 'string' ? stream : undefined;
    this.#journal = openJournal(host.recorder, host.name, id);
    this.#journal.open({ method: request.method ?? '', path: request.url ?? '', stream: this.#stream });
    response.on('drain', () => this.#pump());
    // A write that meets a client that has just gone; `close` tells of that.
    response.on('error', () => {});
    response.on('close', () => this.#clientLeft());
    this.#befallen = host.answers();
    if (this.#befallen?.status !== undefined) this.#answerInstead(this.#befallen.status);
    else if (!host.held()) this.#passRequest();
  }

  /** A stream that is open, was not struck, and has not said that the answer has ended. */
  get live(): boolean {
    return (
      this.#framer !== undefined && !this.#ended && !this.#journal.closed && !this.#cut && !this.#tearNext
    );
  }

  /** Its client went away by itself, before the answer had ended. */
  get leftInMidAnswer(): boolean {
    return this.#clientGone && this.#framer !== undefined && !this.#ended && !this.#cut && !this.#tearNext;
  }

  matches({ path, stream }: StrikePoint): boolean {
    if (stream !== undefined && stream !== this.#stream) return false;
    return path === undefined || (this.#request.url ?? '').search(path) !== -1;
  }

  /** Passes no more of the request on; what arrives is kept back by the device being held. */
  hold(): void {
    if (this.#upstream) this.#request.unpipe(this.#upstream);
  }

  /** Passes on what has come, and what has happened, while the device was held. */
  release(): void {
    if (this.#clientGone) this.#tellTarget();
    else if (!this.#cut) this.#passRequest();
    this.#pump();
  }

  /** Strikes now, if a fault is due. */
  strikeIfDue(): void {
    const due = this.live ? this.#host.due(this, 'between') : undefined;
    if (due) void this.#make(due);
  }

  /**
   * The device is cut. A stream ends as the cut has it; an answer that is no stream, or has not begun, has no frames
   * to end between and is reset.
   */
  cutNow(cut: Cut): void {
    const isStarved = this.#cut?.keepsOpen === true || this.#cut?.keepsAlive === true;
    if (this.#journal.closed || (this.#cut && !isStarved)) return;
    if (isStarved && cut.keepsOpen) return;
    const fits = this.#framer && !this.#ended && !isStarved;
    const due = { cut: fits || cut.keepsOpen ? cut : cuts.reset, made() {} };
    if (due.cut.tearsNextFrame) this.#tearNext = due;
    else void this.#make(due);
  }

  /** The device heals: what a fault left hanging is reset. */
  heal(): void {
    if (this.#tearNext || this.#cut?.keepsOpen) this.end();
  }

  /** Resets both sides at once. */
  end(): void {
    this.#close('fault');
    this.socket.resetAndDestroy();
    this.#leaveTarget();
  }

  #passRequest(): void {
    if (this.#upstream) {
      if (!this.#request.readableEnded) this.#request.pipe(this.#upstream);
      return;
    }
    this.#upstream = askTarget(this.#host.upstream(), this.#request, {
      answered: (response) => {
        const later = this.#befallen?.headersAfter;
        // Nobody reads it until then, so nothing of it is lost.
        if (later === undefined) this.#read(response);
        else setTimeout(() => this.#read(response), later);
      },
      failed: (why) => this.#arrive({ what: 'unreachable', why }),
    });
  }

  #answerInstead(status: number): void {
    this.#request.resume();
    this.#response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    this.#close('fault');
    this.#response.end(`The fault proxy answers by ${status}.\n`);
    this.#host.over(this);
  }

  #read(body: IncomingMessage): void {
    this.#body = body;
    this.#arrive({ what: 'head', response: body });
    body.on('data', (bytes: Buffer) => this.#arrive({ what: 'bytes', bytes }));
    body.on('end', () => this.#arrive({ what: 'end' }));
    body.on('error', () => this.#arrive({ what: 'broken' }));
  }

  #arrive(arrival: Arrival): void {
    this.#arrived.push(arrival);
    this.#pump();
    if (this.#arrived.length >= MOST_WAITING && !this.#befallen?.buffers) this.#body?.pause();
  }

  #pump(): void {
    while (this.#arrived.length > 0 && this.#mayPass()) this.#pass(this.#arrived.shift()!);
    if (this.#arrived.length === 0 && this.#body?.isPaused()) this.#body.resume();
  }

  #mayPass(): boolean {
    if (this.#host.held()) return false;
    if (this.#befallen?.buffers && !this.#isWhole) return false;
    return this.#cut !== undefined || this.#journal.closed || !this.#response.writableNeedDrain;
  }

  /** Its end has come, in whatever way. */
  get #isWhole(): boolean {
    const last = this.#arrived.at(-1)?.what;
    return last !== 'head' && last !== 'bytes';
  }

  #pass(arrival: Arrival): void {
    if (this.#journal.closed && !this.#cut) return;
    if (arrival.what === 'bytes' && this.#framer) {
      for (const frame of this.#framer.push(arrival.bytes)) this.#passFrame(frame);
      return;
    }
    if (this.#cut) return;
    if (arrival.what === 'head') this.#passHead(arrival.response);
    else if (arrival.what === 'bytes') this.#response.write(arrival.bytes);
    else if (this.#tearNext && !this.#tearNext.cut.garbles) {
      void this.#make({ ...this.#tearNext, cut: cuts.reset });
    } else this.#passEnd(arrival);
  }

  #passHead(head: IncomingMessage): void {
    const hasFrames = isFramed(head, this.#host.framing);
    const due = hasFrames ? this.#host.due(this, 'head') : undefined;
    if (due) {
      void this.#make(due);
      return;
    }
    this.#response.sendDate = false;
    this.#response.writeHead(head.statusCode ?? 502, head.statusMessage ?? '', responseHeaders(head));
    this.#response.flushHeaders();
    if (!hasFrames) return;
    this.#framer = createFramer(this.#host.framing);
    if (this.#befallen?.empties) void this.#make({ cut: cuts['clean-end'], made() {} });
    else this.strikeIfDue();
  }

  #passFrame(frame: Frame): void {
    const meaning = this.#meaningOf(frame);
    if (this.#cut) {
      this.#journal.dropped(frame.bytes.length, meaning);
      return;
    }
    const due = this.#tearNext ?? (this.live ? this.#host.due(this, 'frame') : undefined);
    if (due?.cut.garbles) {
      this.#gather(frame, meaning, due, due.cut.garbles);
      return;
    }
    if (due) this.#tear(frame, meaning, due);
    else this.#passOn(frame, meaning);
  }

  #passOn(frame: Frame, meaning: Meaning): void {
    this.#journal.passed(frame.bytes.length, meaning);
    this.#response.write(frame.bytes);
    this.#count(meaning);
    this.strikeIfDue();
  }

  #count({ text, reset, terminal }: Meaning): void {
    if (reset !== undefined) this.text = 0;
    if (text) this.text = text.how === 'set' ? text.text.length : this.text + text.text.length;
    if (terminal) this.#ended = true;
  }

  /** Keeps frames back from the first with text on, until there are as many as are to be garbled. */
  #gather(frame: Frame, meaning: Meaning, due: Due, { frames, passes }: Garbling): void {
    this.#tearNext = due;
    if (this.#gathered.length === 0 && !hasText(meaning)) {
      this.#passOn(frame, meaning);
      return;
    }
    this.#gathered.push({ frame, meaning });
    const withText = this.#gathered.filter((each) => hasText(each.meaning));
    if (withText.length < frames) {
      // There will be no other.
      if (meaning.terminal) this.#passGathered();
      return;
    }
    const gathered = this.#gathered.splice(0);
    this.#tearNext = undefined;
    const [ahead, ...behind] = passes(withText.map((each) => each.frame.bytes));
    // What is between two that are garbled together stays where it is.
    const between = gathered.slice(1, -1).map((each) => each.frame.bytes);
    const pieces = ahead ? [ahead, ...between, ...behind] : between;
    for (const piece of pieces) this.#response.write(piece);
    let more = pieces.reduce((sum, { length }) => sum + length, 0);
    for (const each of gathered) {
      const { length } = each.frame.bytes;
      if (more < length) this.#journal.dropped(length, each.meaning);
      else {
        more -= length;
        this.#journal.passed(length, each.meaning);
        this.#count(each.meaning);
      }
    }
    if (more > 0) this.#journal.passed(more, {});
    due.made();
    this.strikeIfDue();
  }

  #passGathered(): void {
    for (const { frame, meaning } of this.#gathered.splice(0)) this.#passOn(frame, meaning);
  }

  #tear(frame: Frame, meaning: Meaning, due: Due): void {
    const at = tearAt(frame.bytes);
    this.#journal.passed(at, {});
    this.#journal.dropped(frame.bytes.length - at, meaning);
    void this.#make(due, frame.bytes.subarray(0, at));
  }

  async #make({ cut, made }: Due, torn?: Buffer): Promise<void> {
    this.#cut = cut;
    this.#tearNext = undefined;
    clearInterval(this.#pulse);
    const stays = cut.keepsOpen || cut.keepsAlive;
    if (cut.keepsOpen) this.hold();
    else if (cut.keepsAlive) this.#pulse = setInterval(() => this.#giveSign(), ALIVE_EVERY);
    else this.#upstream?.destroy();
    await cut.apply({ response: this.#response, socket: this.socket }, torn);
    if (!stays) this.#close('fault', cut.endsCleanly);
    made();
  }

  #giveSign(): void {
    if (this.#host.held()) return;
    const sign = SIGN_OF_LIFE[this.#host.framing];
    this.#journal.passed(sign.length, { keepAlive: true });
    this.#response.write(sign);
  }

  #passEnd(arrival: Exclude<Arrival, { what: 'head' | 'bytes' }>): void {
    this.#passGathered();
    const rest = this.#framer?.rest();
    if (rest?.length) {
      this.#journal.passed(rest.length, {});
      this.#response.write(rest);
    }
    if (arrival.what === 'unreachable') {
      this.#response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' });
      this.#response.write(`The fault proxy got no answer from the target: ${arrival.why}.\n`);
    }
    this.#close('target');
    // A target that broke off in mid-body is passed on as what it is: a body without an end.
    if (arrival.what === 'broken') this.socket.end();
    else this.#response.end();
  }

  #clientLeft(): void {
    this.#clientGone = true;
    // A cut that is being made has the client leave, whoever closes first.
    const isMade = this.#cut && !this.#cut.keepsOpen && !this.#cut.keepsAlive;
    this.#close(isMade ? 'fault' : 'client', this.#cut?.endsCleanly);
    this.#tellTarget();
  }

  /** The client is gone; neither a hold nor a black hole lets that through. */
  #tellTarget(): void {
    if (!this.#host.held() && !this.#cut?.keepsOpen) this.#leaveTarget();
  }

  #leaveTarget(): void {
    this.#upstream?.destroy();
    this.#host.over(this);
  }

  #close(by: 'client' | 'target' | 'fault', clean?: true): void {
    clearInterval(this.#pulse);
    this.#journal.close(by, this.#response.headersSent ? this.#response.statusCode : undefined, clean);
  }

  /** An adapter that cannot read a frame fails where its client reads it, with the frame at hand; not here. */
  #meaningOf(frame: Frame): Meaning {
    try {
      return this.#host.decode(frame);
    } catch {
      return {};
    }
  }
}

function hasText({ text }: Meaning): boolean {
  return text !== undefined && text.text !== '';
}
