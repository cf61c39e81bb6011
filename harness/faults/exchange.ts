/**
 * One request of a client and its response, passed on between the two.
 *
 *     client ── request ──────────────▶ upstream
 *     client ◀─ frames ◀─ arrivals ◀─ upstream
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
import { type Arrival, Arrivals } from './arrivals.ts';
import { tearAt } from './cuts/half-frame.ts';
import { type Cut, cuts } from './cuts/index.ts';
import type { StrikePoint } from './fault.ts';
import { type Garbled, Gathering } from './gathering.ts';
import { isFramed, responseHeaders, STREAM_HEADER } from './headers.ts';
import { type Journal, openJournal } from './journal.ts';
import { askTarget } from './upstream.ts';

/** What an exchange needs of the device whose it is. */
export interface Host {
  name: string;
  /** Which instance of the target new requests are led to. */
  instance(): number;
  /** Its origin, now. */
  upstream(instance: number): string;
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
  /** Called where frames are kept back that it garbles, if there come enough. */
  begins?(): void;
  /** Called when the cut was made. */
  made(): void;
  /** Called where it was not made, and will not be here. */
  missed?(): void;
}

/** A body without anything in it ends at once: nothing is to be delivered before, and whoever comes again and again waits for nothing. */
const EMPTY: Cut = {
  ...cuts['clean-end'],
  async apply({ response }) {
    response.end();
  },
};
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
  readonly #arrivals: Arrivals;
  readonly #befallen: AnswerFault | undefined;
  readonly #instance: number;
  #upstream: ClientRequest | undefined;
  #framer: Framer | undefined;
  #ended = false;
  #cut: Cut | undefined;
  #tearNext: Due | undefined;
  #pulse: NodeJS.Timeout | undefined;
  /** Frames that wait for another with which they are to be garbled, and by what. */
  #gathering: { frames: Gathering; due: Due } | undefined;
  #clientGone = false;

  constructor(host: Host, id: string, request: IncomingMessage, response: ServerResponse) {
    this.#host = host;
    this.id = id;
    this.#request = request;
    this.#response = response;
    this.socket = request.socket;
    const stream = request.headers[STREAM_HEADER];
    this.#stream = typeof stream === 'string' ? stream : undefined;
    this.#arrivals = new Arrivals({
      mayPass: (isWhole) => this.#mayPass(isWhole),
      pass: (arrival) => this.#pass(arrival),
      readsAll: () => this.#befallen?.buffers === true,
    });
    this.#journal = openJournal(host.recorder, host.name, id);
    this.#instance = host.instance();
    const { method = '', url: path = '' } = request;
    this.#journal.open({ method, path, stream: this.#stream, instance: this.#instance });
    response.on('drain', () => this.#arrivals.pump());
    // A write that meets a client that has just gone; `close` tells of that.
    response.on('error', () => {});
    response.on('close', () => this.#clientLeft());
    this.#befallen = host.answers();
    if (this.#befallen?.status !== undefined) this.#answerInstead(this.#befallen.status);
    else if (!host.held()) this.#passRequest();
  }

  /** A stream that is open, was not struck, and has not said that the answer has ended. */
  get live(): boolean {
    return this.#framer !== undefined && !this.#ended && !this.#journal.closed && !this.#isStruck;
  }

  get #isStruck(): boolean {
    return (this.#cut ?? this.#tearNext ?? this.#gathering) !== undefined;
  }

  /** Its client went away by itself, before the answer had ended. */
  get leftInMidAnswer(): boolean {
    return this.#clientGone && this.#framer !== undefined && !this.#ended && !this.#isStruck;
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
    this.#arrivals.pump();
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
    this.#letGo('passed');
    if (due.cut.tearsNextFrame) this.#tearNext = due;
    else void this.#make(due);
  }

  /** The device heals: what a fault left hanging is reset. */
  heal(): void {
    if (this.#tearNext || this.#cut?.keepsOpen) this.end();
  }

  /** Resets both sides at once. */
  end(): void {
    this.#letGo('dropped');
    this.#close('fault');
    this.socket.resetAndDestroy();
    this.#leaveTarget();
  }

  #passRequest(): void {
    if (this.#upstream) {
      if (!this.#request.readableEnded) this.#request.pipe(this.#upstream);
      return;
    }
    this.#upstream = askTarget(this.#host.upstream(this.#instance), this.#request, {
      answered: (response) => {
        const later = this.#befallen?.headersAfter;
        // Nobody reads it until then, so nothing of it is lost.
        if (later === undefined) this.#arrivals.read(response);
        else setTimeout(() => this.#arrivals.read(response), later);
      },
      failed: (why) => this.#arrivals.push({ what: 'unreachable', why }),
    });
  }

  #answerInstead(status: number): void {
    this.#request.resume();
    this.#response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    this.#close('fault');
    this.#response.end(`The fault proxy answers by ${status}.\n`);
    this.#host.over(this);
  }

  #mayPass(isWhole: boolean): boolean {
    if (this.#host.held()) return false;
    if (this.#befallen?.buffers && !isWhole) return false;
    return this.#cut !== undefined || this.#journal.closed || !this.#response.writableNeedDrain;
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
    else if (this.#tearNext) {
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
    if (this.#befallen?.empties) void this.#make({ cut: EMPTY, made() {} });
    else this.strikeIfDue();
  }

  #passFrame(frame: Frame): void {
    const meaning = this.#meaningOf(frame);
    if (this.#cut) {
      this.#journal.dropped(frame.bytes.length, meaning);
      return;
    }
    if (!this.#gathering) {
      const due = this.#tearNext ?? (this.live ? this.#host.due(this, 'frame') : undefined);
      if (!due) {
        this.#passOn(frame, meaning);
        return;
      }
      if (!due.cut.garbles) {
        this.#tear(frame, meaning, due);
        return;
      }
      this.#tearNext = undefined;
      this.#gathering = { frames: new Gathering(due.cut.garbles), due };
    }
    this.#gather(frame, meaning, this.#gathering);
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

  #gather(frame: Frame, meaning: Meaning, { frames, due }: { frames: Gathering; due: Due }): void {
    if (frames.wants(meaning)) {
      const garbled = frames.take({ frame, meaning });
      if (garbled) {
        this.#gathering = undefined;
        this.#passGarbled(garbled);
        due.made();
        this.strikeIfDue();
        return;
      }
      due.begins?.();
    } else this.#passOn(frame, meaning);
    // There will be no other.
    if (meaning.terminal) this.#letGo('passed');
  }

  #passGarbled({ pieces, kept }: Garbled): void {
    for (const piece of pieces) this.#response.write(piece);
    let more = pieces.reduce((sum, { length }) => sum + length, 0);
    for (const { frame, meaning } of kept) {
      const { length } = frame.bytes;
      if (more < length) this.#journal.dropped(length, meaning);
      else {
        more -= length;
        this.#journal.passed(length, meaning);
        this.#count(meaning);
      }
    }
    if (more > 0) this.#journal.passed(more, {});
  }

  /** What was kept back to be garbled is not, and goes on as it came, or nowhere. */
  #letGo(where: 'passed' | 'dropped'): void {
    const gathering = this.#gathering;
    if (!gathering) return;
    this.#gathering = undefined;
    for (const { frame, meaning } of gathering.frames.letGo()) {
      if (where === 'passed') this.#passOn(frame, meaning);
      else this.#journal.dropped(frame.bytes.length, meaning);
    }
    gathering.due.missed?.();
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
    this.#letGo('passed');
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
    this.#letGo('dropped');
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
