/**
 * Server-sent events as the HTML standard parses them ("9.2.6 Interpreting an event stream").
 * A frame runs up to and including the empty line that ends it. Lines end with LF, CR or CRLF.
 *
 *     data: a ⏎          data: a CR LF        A frame is given out as soon as its empty line is known to be
 *     ⏎                  CR                   empty. Where that line ends in CR, its LF may still be to come;
 *     └ a frame          └ a frame, now       the reader has its event already and must not wait, so a late
 *                        LF data: b …         LF counts to the bytes of what follows.
 */
import type { Framer } from './framer.ts';
import type { Frame } from './frames.ts';
import { createUnfinished } from './unfinished.ts';

const LF = 0x0a;
const CR = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LINE_END = /\r\n|\n|\r/;

export function createSseFramer(): Framer {
  const unfinished = createUnfinished();
  let lineIsEmpty = true;
  let afterCr = false;
  // How much of a byte order mark the stream has begun with; -1 once that is settled.
  let mark = 0;

  /** Takes one byte; true where it ends a frame. */
  function endsFrame(byte: number): boolean {
    if (mark >= 0) {
      if (byte === BYTE_ORDER_MARK[mark]) {
        mark = mark === BYTE_ORDER_MARK.length - 1 ? -1 : mark + 1;
        return false;
      }
      // Bytes that only began like a mark are text.
      lineIsEmpty = mark === 0;
      mark = -1;
    }
    if (byte === LF && afterCr) {
      afterCr = false;
      return false;
    }
    afterCr = byte === CR;
    if (byte !== LF && byte !== CR) {
      lineIsEmpty = false;
      return false;
    }
    const ends = lineIsEmpty;
    lineIsEmpty = true;
    return ends;
  }

  let isFirst = true;
  function complete(last: Uint8Array): Frame {
    const frame = parse(unfinished.take(last), isFirst);
    isFirst = false;
    return frame;
  }

  /** What nearly all streams are: no CR anywhere. Lines are passed over, and not each byte is looked at. */
  function pushLines(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let line = 0; line < bytes.length; ) {
      const end = bytes.indexOf(LF, line);
      const isEmpty = end === line && lineIsEmpty;
      lineIsEmpty = end !== -1;
      if (end === -1) break;
      line = end + 1;
      if (!isEmpty) continue;
      frames.push(complete(bytes.subarray(start, line)));
      start = line;
    }
    unfinished.add(bytes.subarray(start));
    return frames;
  }

  return {
    push(bytes) {
      if (mark < 0 && !afterCr && !bytes.includes(CR)) return pushLines(bytes);
      const frames: Frame[] = [];
      let start = 0;
      for (let i = 0; i < bytes.length; i++) {
        if (!endsFrame(bytes[i]!)) continue;
        if (afterCr && bytes[i + 1] === LF) {
          i++;
          afterCr = false;
        }
        frames.push(complete(bytes.subarray(start, i + 1)));
        start = i + 1;
      }
      unfinished.add(bytes.subarray(start));
      return frames;
    },
    rest: unfinished.peek,
  };
}

function parse(bytes: Buffer, isFirst: boolean): Frame {
  const decoded = bytes.toString('utf8');
  const text = isFirst && decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded;
  const lines = text.includes('\r') ? text.split(LINE_END) : text.split('\n');
  let event = '';
  let id: string | undefined;
  let data: string | undefined;
  let comment = true;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (field === 'event') event = value;
    else if (field === 'id') {
      if (!value.includes('\0')) id = value;
    } else if (field !== 'retry') continue;
    comment = false;
  }
  const frame: Frame = { bytes, event: event || 'message', data: data ?? '', comment };
  if (id !== undefined) frame.id = id;
  return frame;
}
