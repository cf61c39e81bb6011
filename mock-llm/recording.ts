/**
 * A recorded answer: JSON, one object a line, to be read and edited by people.
 *
 *     {"recording":1,"path":"/v1/messages","model":"…","stream":true,"status":200,"contentType":"text/event-stream"}
 *     {"t":812.4,"frame":"event: message_start\ndata: {…}\n\n"}        t: ms since the request
 *     …
 *     {"t":2961.0,"end":"complete"}                                    or "broken", where the connection was
 *
 * Of the request nothing is kept but model and path; of the answer's headers, beside the type of its content, those
 * that tell a caller when to come again.
 */
import type { Answer } from './answer.ts';
import type { Script } from './dialects/dialect.ts';
import { MockLlmError } from './errors.ts';

/** Whether it came in frames; else it is one body. */
export function inFrames({ contentType }: Pick<Head, 'contentType'>): boolean {
  return contentType.includes('event-stream');
}

export interface Head {
  recording: 1;
  path: string;
  model: string;
  stream: boolean;
  status: number;
  contentType: string;
  /** Of the answer: see `keptHeaders`. */
  headers?: Readonly<Record<string, string>>;
}

const KEPT_HEADERS = /^(retry-after(-ms)?|x-should-retry|(x|anthropic)-ratelimit-.*)$/;

/** The headers by which a caller decides when, and whether, to come again. */
export function keptHeaders(headers: Iterable<[name: string, value: string]>): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => KEPT_HEADERS.test(name)));
}

export interface Recording extends Head {
  frames: readonly { t: number; frame: string }[];
  end: { t: number; how: 'complete' | 'broken' };
}

/** The lines of a recording, as they come to be written. */
export const LINES = {
  head: (head: Head): string => line(head),
  frame: (t: number, frame: string): string => line({ t, frame }),
  end: (t: number, how: Recording['end']['how']): string => line({ t, end: how }),
};

function line(what: object): string {
  return `${JSON.stringify(what)}\n`;
}

/** @throws MockLlmError ML_FILE */
export function parseRecording(name: string, text: string): Recording {
  try {
    const [head, ...lines] = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    if (head?.recording !== 1) throw new Error('its first line is not that of a recording of version 1');
    const last = lines.pop();
    if (last?.end !== 'complete' && last?.end !== 'broken')
      throw new Error('its last line does not say how it ended');
    const { path, status, contentType, headers = {} } = head;
    if (typeof path !== 'string' || typeof contentType !== 'string' || !(status >= 200 && status < 600)) {
      throw new Error('its first line needs texts "path" and "contentType" and an HTTP "status"');
    }
    if (Object.values(headers).some((value) => typeof value !== 'string')) {
      throw new Error('its first line holds "headers" that are no texts');
    }
    if (typeof last.t !== 'number') throw new Error('its last line needs a number "t"');
    for (const [at, line] of lines.entries()) {
      if (typeof line.t !== 'number' || typeof line.frame !== 'string') {
        throw new Error(`line ${at + 2} needs a number "t" and a text "frame"`);
      }
    }
    if (lines.length === 0) throw new Error('it holds no frame');
    return { ...head, frames: lines, end: { t: last.t, how: last.end } };
  } catch (error) {
    throw new MockLlmError('ML_FILE', { file: name, what: (error as Error).message }, { cause: error });
  }
}

/** What comes again and again of a stream of events, each with the blank line that ends it. */
export function framesIn(text: string): { frames: string[]; rest: string } {
  const frames: string[] = [];
  let from = 0;
  for (const { index, 0: blank } of text.matchAll(/\r?\n\r?\n/g)) {
    frames.push(text.slice(from, index + blank.length));
    from = index + blank.length;
  }
  return { frames, rest: text.slice(from) };
}

/** As an answer: each frame of it is a chunk, so that faults can be laid over any of them. */
export function replayed({ frames, end }: Recording): Answer {
  const times = [0, ...frames.map(({ t }) => t), end.t];
  return {
    name: 'replay',
    attempt: 0,
    chunks: frames.length,
    text: (i) => frames[i]?.frame ?? '',
    pace: { gap: (i) => times[i + 1]! - times[i]! },
    reasoning: [],
    toolCall: [],
  };
}

export function replayScript(recording: Recording, provider: Pick<Script, 'failure' | 'keepAlive'>): Script {
  return {
    opening: () => [],
    chunk: (text) => text,
    closing: () => [],
    failure: provider.failure,
    keepAlive: provider.keepAlive,
    divisible: false,
    head: {
      status: recording.status,
      headers: { ...recording.headers, 'content-type': recording.contentType },
    },
    whole: () => recording.frames.map(({ frame }) => frame).join(''),
  };
}
