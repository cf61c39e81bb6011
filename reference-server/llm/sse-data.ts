import { TextDecoder } from 'node:util';
import { LlmError } from './error.ts';

/** UTF-16 units of one line; a peer that never ends a line must not fill the memory. */
const LONGEST_LINE = 1 << 20;

/**
 * The data of each complete event of an event stream, however its bytes are cut into pieces. What follows the
 * last complete event is discarded, as the standard says.
 *
 * @throws LlmError where the bytes are not UTF-8 or a line does not end
 */
export async function* sseData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  let data: string[] = [];
  for await (const piece of bytes) {
    rest += decode(decoder, piece);
    const hasReturns = rest.includes('\r');
    let start = 0;
    for (;;) {
      const [end, next] = hasReturns ? lineEnd(rest, start) : lineFeed(rest, start);
      if (end === -1) break;
      if (rest.startsWith('data:', start)) {
        data.push(rest.slice(rest[start + 5] === ' ' ? start + 6 : start + 5, end));
      } else if (end === start && data.length > 0) {
        yield data.length === 1 ? data[0]! : data.join('\n');
        data = [];
      }
      start = next;
    }
    rest = rest.slice(start);
    if (rest.length > LONGEST_LINE)
      throw new LlmError('LLM_MALFORMED', `a line is longer than ${LONGEST_LINE}`);
  }
}

/** Where a line ends and where the next begins; -1: it does not end yet. */
function lineFeed(text: string, from: number): [end: number, next: number] {
  const end = text.indexOf('\n', from);
  return [end, end + 1];
}

/** The same where lines may end by a CR. One at the end may be the first half of a CR LF. */
function lineEnd(text: string, from: number): [end: number, next: number] {
  const any = /\r\n|\n|\r(?!$)/g;
  any.lastIndex = from;
  const found = any.exec(text);
  return found ? [found.index, any.lastIndex] : [-1, -1];
}

function decode(decoder: TextDecoder, piece: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: true });
  } catch (error) {
    throw new LlmError('LLM_MALFORMED', 'the stream is not UTF-8', { cause: error });
  }
}
