/** One call, from its request to whoever speaks the answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, auxiliaryAnswer, directedAnswer } from './answer.ts';
import { type Background, BackgroundAnswer } from './background.ts';
import { type Delivery, inOnePiece } from './delivery.ts';
import type { Dialect, Question, Script } from './dialects/dialect.ts';
import { parseDirective } from './directive.ts';
import { FAULTS_HEADER, type FaultSources } from './fault-sources.ts';
import type { Act } from './faults/fault.ts';
import { planFaults } from './faults/plan.ts';
import { parseTimeline, type Timeline } from './faults/timeline.ts';
import type { Gates } from './gates.ts';
import { sendJson } from './http.ts';
import type { Call, Ledger } from './ledger.ts';
import type { Turns } from './pace/turns.ts';
import type { Wheel } from './pace/wheel.ts';
import { inFrames, type Recording, replayed, replayScript } from './recording.ts';
import { type Reader, Speaker } from './speaker.ts';
import { Streamed } from './streamed.ts';

export interface House {
  ledger: Ledger;
  gates: Gates;
  faults: FaultSources;
  wheel: Wheel;
  turns: Turns;
  background: Background;
  /** By the path that they answer, where a call has no directive. */
  replays: ReadonlyMap<string, Recording>;
}

interface Told {
  send: number | null;
  answer: Answer;
  script: Script;
  timeline: Timeline;
}

/** @throws MockLlmError where the request is refused, and is no call */
export function converse(
  house: House,
  dialect: Dialect,
  body: unknown,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const question = dialect.read(body);
  const replay = house.replays.get(dialect.path);
  const header = req.headers[FAULTS_HEADER];
  const told = tell(house, question, replay, typeof header === 'string' ? header : undefined);
  const { answer, script, timeline } = told;
  // One that was recorded as an error, or in one piece, is what it was, whatever was asked for.
  const stream = told.send === null && replay ? inFrames(replay) : question.stream;
  const plan = planFaults(timeline, answer, script, { stream, background: question.background });
  const call = house.ledger.open(told.send);
  const { reader, delivery } = voice(house, { ...question, stream }, told, call, res);
  const refuse = ({ status, retryAfter }: Extract<Act, { do: 'refuse' }>): void => {
    if (retryAfter !== null) res.setHeader('retry-after', String(retryAfter));
    if (reader instanceof BackgroundAnswer) reader.refused();
    sendJson(res, status, dialect.failure(status));
  };
  const { ledger, gates, wheel, turns } = house;
  const stage = { reader, answer, call, delivery, plan, gates, ledger, wheel, turns, refuse };
  new Speaker({ ...stage, keepAlive: script.keepAlive, survivesCuts: question.background }).speak();
}

function tell(
  { faults, ledger }: House,
  question: Question,
  replay: Recording | undefined,
  header: string | undefined,
): Told {
  const directive = parseDirective(question.prompt);
  const timeline = faults.of(directive, header);
  if (directive) {
    const answer = directedAnswer(directive, ledger.nextAttempt(directive.seed));
    return { send: directive.seed, answer, script: question.script(answer), timeline };
  }
  const auxiliary = { send: null, answer: auxiliaryAnswer, script: question.script(auxiliaryAnswer) };
  if (!replay) return { ...auxiliary, timeline };
  return {
    send: null,
    answer: replayed(replay),
    script: replayScript(replay, auxiliary.script),
    timeline: replay.end.how === 'broken' ? [...timeline, ...parseTimeline('fin@end')] : timeline,
  };
}

function voice(
  { background, ledger }: House,
  question: Question,
  { answer, script }: Told,
  call: Call,
  res: ServerResponse,
): { reader: Reader; delivery: Delivery } {
  if (!question.background) {
    const parts = { res, answer, script, call, ledger };
    return { reader: res, delivery: question.stream ? new Streamed(parts) : inOnePiece(parts) };
  }
  const kept = new BackgroundAnswer(answer, script);
  background.add(kept);
  const opened = () => (question.stream ? kept.attach(res, -1) : sendJson(res, 200, kept.snapshot()));
  return { reader: kept, delivery: kept.delivery(call, ledger, opened) };
}
