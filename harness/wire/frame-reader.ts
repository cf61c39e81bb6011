/**
 * Frames of one response body for who reads very many at once. They are the framer's, but what is pushed may be used
 * again at once: nothing of it is kept but a frame that is not finished.
 *
 *     most pushes          whole frames, lines ended by LF       decoded in one piece, cut up as text
 *     an unfinished frame                                        its bytes wait for the rest
 *     a CR, a byte order mark                                    the framer takes over, for good
 */
import { createFramer, type Framer } from './framer.ts';
import type { Frame, Framing } from './frames.ts';
import { ownBytes } from './own-bytes.ts';

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const SPACE = 0x20;
/** Its first byte. */
const BYTE_ORDER_MARK = 0xef;
const EMPTY_LINE = '\n\n';
const NOTHING = Buffer.alloc(0);
/** A framer that has read it is no longer at the start of its stream. */
const COMMENT = Buffer.from(':\n\n');

export interface FrameReader {
  /** Reads `bytes` from `from` (inclusive) to `to` (exclusive), and gives out the frames that they complete. */
  read(bytes: Buffer, from: number, to: number): void;
  /** Where it stands now, a whole frame without a CR may be left out, and it will read the next as if it had read it. */
  readonly isBetweenFrames: boolean;
}

/** @param take gets each frame, before `read` returns */
export function createFrameReader(framing: Framing, take: (frame: Frame) => void): FrameReader {
  return framing === 'sse' ? new SseReader(take) : new KeptReader(createFramer(framing), take);
}

/** A framer keeps what it is given. */
class KeptReader implements FrameReader {
  /** Its framer keeps where it stands to itself. */
  readonly isBetweenFrames = false;
  private readonly framer: Framer;
  private readonly take: (frame: Frame) => void;

  constructor(framer: Framer, take: (frame: Frame) => void) {
    this.framer = framer;
    this.take = take;
  }

  read(bytes: Buffer, from: number, to: number): void {
    for (const frame of this.framer.push(Buffer.from(bytes.subarray(from, to)))) this.take(frame);
  }
}

class SseReader implements FrameReader {
  private readonly take: (frame: Frame) => void;
  private rest: Buffer = NOTHING;
  private isFirst = true;
  private kept: KeptReader | undefined;

  constructor(take: (frame: Frame) => void) {
    this.take = take;
  }

  get isBetweenFrames(): boolean {
    return this.rest.length === 0 && !this.isFirst && this.kept === undefined;
  }

  read(bytes: Buffer, from: number, to: number): void {
    if (from === to) return;
    if (this.kept) this.kept.read(bytes, from, to);
    else if (this.rest.length === 0) this.begin(bytes, from, to);
    else {
      const whole = Buffer.concat([this.rest, bytes.subarray(from, to)]);
      this.rest = NOTHING;
      this.begin(whole, 0, whole.length);
    }
  }

  /** Reads bytes that begin with a frame. */
  private begin(bytes: Buffer, from: number, to: number): void {
    const end = endOfFrames(bytes, from, to);
    const text = bytes.toString('utf8', from, end);
    const isMarked = this.isFirst && bytes[from] === BYTE_ORDER_MARK;
    if (isMarked || text.includes('\r') || (end < to && bytes.subarray(end, to).includes(CR))) {
      const framer = createFramer('sse');
      if (!this.isFirst) framer.push(COMMENT);
      this.kept = new KeptReader(framer, this.take);
      this.kept.read(bytes, from, to);
      return;
    }
    if (end < to) this.rest = ownBytes(bytes, end, to);
    if (end === from) return;
    this.isFirst = false;
    readFrames(text, this.take);
  }
}

/** Where the last frame ends that is whole; `from` where none is. */
function endOfFrames(bytes: Buffer, from: number, to: number): number {
  if (bytes[to - 1] === LF && (to - 1 === from || bytes[to - 2] === LF)) return to;
  const last = bytes.subarray(from, to).lastIndexOf(EMPTY_LINE);
  if (last !== -1) return from + last + EMPTY_LINE.length;
  return bytes[from] === LF ? from + 1 : from;
}

/** @param text whole frames, without a CR */
function readFrames(text: string, take: (frame: Frame) => void): void {
  let start = 0;
  let event = 'message';
  let id: string | undefined;
  let data: string | undefined;
  let comment = true;
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf('\n', at);
    if (end === at) {
      take(new TextFrame(text, start, at + 1, event, data ?? '', comment, id));
      start = at + 1;
      event = 'message';
      id = undefined;
      data = undefined;
      comment = true;
    } else if (isField(text, 'data', at, end)) {
      const value = fieldValue(text, at + 5, end);
      data = data === undefined ? value : `${data}\n${value}`;
      comment = false;
    } else if (isField(text, 'event', at, end)) {
      event = fieldValue(text, at + 6, end) || 'message';
      comment = false;
    } else if (isField(text, 'id', at, end)) {
      const value = fieldValue(text, at + 3, end);
      if (!value.includes('\0')) id = value;
      comment = false;
    } else if (isField(text, 'retry', at, end)) comment = false;
  }
}

function isField(text: string, name: string, at: number, end: number): boolean {
  if (!text.startsWith(name, at)) return false;
  const behind = at + name.length;
  return behind === end || text.charCodeAt(behind) === COLON;
}

function fieldValue(text: string, at: number, end: number): string {
  return text.slice(text.charCodeAt(at) === SPACE ? at + 1 : at, end);
}

class TextFrame implements Frame {
  readonly event: string;
  readonly data: string;
  readonly comment: boolean;
  declare readonly id?: string;
  private readonly text: string;
  private readonly start: number;
  private readonly end: number;

  constructor(
    text: string,
    start: number,
    end: number,
    event: string,
    data: string,
    comment: boolean,
    id: string | undefined,
  ) {
    this.text = text;
    this.start = start;
    this.end = end;
    this.event = event;
    this.data = data;
    this.comment = comment;
    if (id !== undefined) this.id = id;
  }

  /** As they came, where they were UTF-8. */
  get bytes(): Buffer {
    return Buffer.from(this.text.slice(this.start, this.end));
  }
}
