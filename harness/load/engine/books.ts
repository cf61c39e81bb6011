/**
 * What a process of the load engine writes down. Everything that happens goes to the judge; a line of the history is
 * made of everything but the chunks, of which there are too many: a chunk bears the number of the line before it.
 */
import type { Following } from '../../checkers/following.ts';
import { createJudge, type Judge, type PlayVerdict } from '../../checkers/judge.ts';
import { createSource, type HistoryEvent, type Recorded, type Recorder } from '../../history/index.ts';

export interface Books {
  /** Of the process itself. */
  recorder: Recorder;
  /** The books of one play. */
  play(name: string): PlayBooks;
  /** Something of the whole stack, as its own source recorded it. */
  stack(event: Recorded): void;
  /** The verdict on a play, which is then forgotten. */
  judge(name: string): PlayVerdict | undefined;
}

export interface PlayBooks {
  record(event: HistoryEvent): void;
  /** A piece of an answer came. @param at when, ms */
  seen(view: string, send: number, how: 'append' | 'set', text: string, at: number, stream?: string): void;
  /** For the pieces of one stream, each of which is either taken by what this gives or `seen`; see Judge. */
  follow(view: string, send: number, stream: string): Following | undefined;
  /** As another source recorded it. */
  pass(event: Recorded): void;
}

/**
 * @param source name of the process, unique in the run
 * @param write takes a line of the history
 */
export function openBooks(source: string, write: (event: Recorded) => void): Books {
  const judge: Judge = createJudge();
  const line = { source, seq: 0 };
  const take = (event: Recorded) => {
    line.seq = event.seq;
    judge.push(event);
    write(event);
  };
  const recorder = createSource(source, take);
  return {
    recorder,
    play(play) {
      const own = recorder.forPlay(play);
      return {
        record: (event) => void own.record(event),
        seen(view, send, how, text, t, stream) {
          judge.seen({ type: 'seen', view, send, how, text, stream, source, seq: line.seq, t, err: 0, play });
        },
        follow: (view, send, stream) => judge.follow(play, view, send, stream, line),
        pass: (event) => judge.push({ ...event, play }),
      };
    },
    stack: (event) => judge.push(event),
    judge: (play) => judge.take(play),
  };
}
