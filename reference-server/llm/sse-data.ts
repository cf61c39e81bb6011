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
    let start = 0;
    // A CR at the end may be the first half of a CR LF.
    for (const end of rest.matchAll(/\r\n|\n|\r(?!$)/g)) {
      const line = rest.slice(start, end.index);
      start = end.index + end[0].length;
      if (line.startsWith('data:')) {
        data.push(line.slice(line[5] === ' ' ? 6 : 5));
      } else if (line === '' && data.length > 0) {
        yield data.join('\n');
        data = [];
      }
    }
    rest = rest.slice(start);
    if (rest.length > LONGEST_LINE)
      throw new LlmError('LLM_MALFORMED', `a line is longer than ${LONGEST_LINE}`);
  }
}

function decode(decoder: TextDecoder, piece: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: true });
  } catch (error) {
    throw new LlmError('LLM_MALFORMED', 'the stream is not UTF-8', { cause: error });
  }
}
