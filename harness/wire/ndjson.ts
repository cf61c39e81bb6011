import type { Framer } from './framer.ts';
import type { Frame } from './frames.ts';
import { createUnfinished } from './unfinished.ts';

const LF = 0x0a;

/** One frame a line. A CR before the LF is no part of `data`; an empty line carries nothing. */
export function createNdjsonFramer(): Framer {
  const unfinished = createUnfinished();
  return {
    push(bytes) {
      const frames: Frame[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
        frames.push(frame(unfinished.take(bytes.subarray(start, end + 1))));
        start = end + 1;
      }
      unfinished.add(bytes.subarray(start));
      return frames;
    },
    rest: unfinished.peek,
  };
}

function frame(bytes: Buffer): Frame {
  const data = bytes.toString('utf8').replace(/\r?\n$/, '');
  return { bytes, event: 'message', data, comment: data.trim() === '' };
}
