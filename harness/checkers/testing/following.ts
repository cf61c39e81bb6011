/** Judges a history as who follows its streams does: pieces that are the next chunk are taken, all others told. */
import type { Recorded } from '../../history/events.ts';
import type { Following } from '../following.ts';
import { createJudge, type PlayVerdict } from '../judge.ts';

/** @returns the verdict on the first play, and how many pieces were taken */
export function judgeFollowing(events: Iterable<Recorded>): { verdict: PlayVerdict; taken: number } {
  const judge = createJudge();
  const lines = new Map<string, { source: string; seq: number }>();
  const streams = new Map<string, Following | undefined>();
  let taken = 0;
  for (const event of events) {
    const { source, seq, play, t, err } = event;
    const line = lines.get(source) ?? { source, seq };
    line.seq = seq;
    lines.set(source, line);
    if (event.type === 'seen' && event.how === 'append' && event.stream && play !== undefined && err === 0) {
      const { view, send, stream, text } = event;
      if (!streams.has(stream)) streams.set(stream, judge.follow(play, view, send, stream, line));
      if (streams.get(stream)?.takes(text, t)) {
        taken++;
        continue;
      }
    }
    judge.push(event);
  }
  return { verdict: judge.finish()[0]!, taken };
}
