/**
 * The body of one HTTP/1.1 answer, taken out of the bytes of its connection as they come: by chunks, by length, or up
 * to the end of the connection.
 */
const LF = 0x0a;
const CR = 0x0d;
const SEMICOLON = 0x3b;
/** A head, or a line with the size of a chunk, that is longer than this is none. */
const LONGEST_HEAD = 65_536;
const LONGEST_SIZE = 8;

export interface BodyListener {
  head(status: number): void;
  /** Bytes of the body, from `from` (inclusive) to `to` (exclusive). Valid only until it returns: the memory is used again. */
  bytes(bytes: Buffer, from: number, to: number): void;
  /** The answer is complete. */
  complete(): void;
}

/** Where in an answer its connection stands. */
type Stage = 'head' | 'size' | 'extension' | 'data' | 'data-end' | 'trailer' | 'length' | 'rest' | 'complete';

export class Body {
  private stage: Stage = 'head';
  private head = '';
  /** Bytes left of the chunk or of the body. */
  private left = 0;
  private digits = 0;
  private lineIsEmpty = true;
  private readonly listener: BodyListener;

  constructor(listener: BodyListener) {
    this.listener = listener;
  }

  /** Whether an end of the connection would be the end of the answer. */
  get endsWithConnection(): boolean {
    return this.stage === 'rest';
  }

  /** @param length how much of `bytes` there is. @throws where it is no HTTP/1.1 */
  push(bytes: Buffer, length = bytes.length): void {
    let at = this.stage === 'head' ? this.takeHead(bytes.subarray(0, length)) : 0;
    while (at < length) {
      switch (this.stage) {
        case 'data':
        case 'length':
          at = this.takeData(bytes, at, length);
          break;
        case 'rest':
          this.listener.bytes(bytes, at, length);
          return;
        case 'head':
        case 'complete':
          return;
        default:
          this.takeFraming(bytes[at++]!);
      }
    }
  }

  /** @returns where the body begins */
  private takeHead(bytes: Buffer): number {
    const before = this.head.length;
    this.head += bytes.toString('latin1');
    const end = this.head.indexOf('\r\n\r\n');
    if (end === -1) {
      if (this.head.length > LONGEST_HEAD) throw new Error('the head of the answer does not end');
      return bytes.length;
    }
    const head = this.head.slice(0, end + 2).toLowerCase();
    this.head = '';
    const status = /^http\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (status === undefined) throw new Error('the answer is not HTTP/1.1');
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1];
    this.left = Number(length ?? 0);
    const bare = status === '204' || status === '304' || length === '0';
    if (bare) this.stage = 'complete';
    else if (/\r\ntransfer-encoding:[^\r]*chunked/.test(head)) this.stage = 'size';
    else this.stage = length === undefined ? 'rest' : 'length';
    this.listener.head(Number(status));
    if (bare) this.listener.complete();
    return end + 4 - before;
  }

  private takeData(bytes: Buffer, at: number, length: number): number {
    const to = Math.min(length, at + this.left);
    this.left -= to - at;
    this.listener.bytes(bytes, at, to);
    if (this.left > 0) return to;
    if (this.stage === 'data') this.stage = 'data-end';
    else if (this.stage === 'length') this.finish();
    return to;
  }

  private takeFraming(byte: number): void {
    switch (this.stage) {
      case 'size':
        if (byte === LF) this.startChunk();
        else if (byte === SEMICOLON) this.stage = 'extension';
        else if (byte !== CR) this.takeDigit(byte);
        return;
      case 'extension':
        if (byte === LF) this.startChunk();
        return;
      case 'data-end':
        if (byte === LF) this.stage = 'size';
        return;
      case 'trailer':
        if (byte === LF && this.lineIsEmpty) this.finish();
        else if (byte !== CR) this.lineIsEmpty = byte === LF;
        return;
      default:
        return;
    }
  }

  private takeDigit(byte: number): void {
    const digit = valueOfDigit(byte);
    if (digit < 0 || ++this.digits > LONGEST_SIZE) throw new Error('a chunk of the body has no size');
    this.left = this.left * 16 + digit;
  }

  private startChunk(): void {
    if (this.digits === 0) throw new Error('a chunk of the body has no size');
    this.digits = 0;
    this.lineIsEmpty = true;
    this.stage = this.left === 0 ? 'trailer' : 'data';
  }

  private finish(): void {
    this.stage = 'complete';
    this.listener.complete();
  }
}

/** Of a hexadecimal digit; -1: it is none. */
function valueOfDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
