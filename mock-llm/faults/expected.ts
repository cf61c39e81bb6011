/**
 * What a faithful client holds of a call, and how the call ends for it: the truth that views are compared with.
 * A pure function of what was asked and of the timeline of faults. Faithful is a client that waits as long as it
 * takes, takes every delta in the order of arrival, takes a malformed event, a broken body and an end without a
 * terminal event for errors, and after the terminal event nothing at all.
 */
import { oracle, type TextMode } from '../oracle.ts';
import type { FailureStatus } from './fault.ts';
import { settle } from './plan.ts';
import { type Run, Story, type StoryEnd } from './story.ts';
import type { Timeline } from './timeline.ts';

export interface Spec {
  seed: number;
  /** Which call of the seed, from 0. */
  attempt: number;
  chunks: number;
  mode: TextMode;
}

export interface Expected {
  /** HTTP status; null: the connection ends without an answer. */
  status: 200 | FailureStatus | null;
  ends: StoryEnd;
  /** Chunks in the order in which they arrive: whole answer, one run from 0 to the number of chunks. */
  runs: readonly Run[];
  /** false: a reset may have cost any part of the tail; any prefix of the text is right. */
  exact: boolean;
  /** The fault that keeps it from ending `completed`, as the ledger names it; null: none does. */
  brokenBy: { fault: string; at: number } | null;
}

/** @throws MockLlmError ML_FAULT where the mock LLM would refuse the timeline */
export function expected(spec: Spec, timeline: Timeline): Expected {
  const { seed, attempt, chunks, mode } = spec;
  const strikes = settle(timeline, { attempt, chunks, text: (i) => oracle(seed, attempt, i, mode) });
  const story = new Story();
  let brokenBy: Expected['brokenBy'] = null;
  for (const { fault, at, value } of strikes) {
    story.goTo(at);
    fault.means(story, value);
    if (!story.end) continue;
    brokenBy = { fault: fault.name, at };
    break;
  }
  if (!story.end) story.goTo(chunks);
  const { status, end, runs, exact } = story;
  return { status, ends: end ?? 'completed', runs, exact, brokenBy };
}

/** The text of what is expected. */
export function expectedText({ seed, attempt, mode }: Spec, { runs }: Pick<Expected, 'runs'>): string {
  let text = '';
  for (const { from, to } of runs) for (let i = from; i < to; i++) text += oracle(seed, attempt, i, mode);
  return text;
}
