/**
 * The same answers, faults and paces within a test's own process, for msw, in Node and in browsers:
 *
 *     import { llmHandlers } from 'holdfast/mock-llm/msw';
 *     const server = setupServer(...llmHandlers());
 *
 * There is no ledger here and no gate; what needs them (`hold`, background mode) is refused with a sentence.
 */
import { type HttpHandler, HttpResponse, http } from 'msw';
import { type Answer, auxiliaryAnswer, directedAnswer } from './answer.ts';
import type { Dialect, Question, Script } from './dialects/dialect.ts';
import { DIALECTS } from './dialects/registry.ts';
import { parseDirective } from './directive.ts';
import { MockLlmError } from './errors.ts';
import { FAULTS_HEADER, FaultSources } from './fault-sources.ts';
import { type Act, type Bytes, KEEP_ALIVE_MS } from './faults/fault.ts';
import { type Plan, planFaults } from './faults/plan.ts';
import { parseTimeline, refused } from './faults/timeline.ts';

export interface LlmHandlersOptions {
  /** Origin of the provider that the client believes to call; any, unless told. */
  origin?: string;
  /** Timeline of faults for calls whose directive and header say nothing about them. */
  faults?: string;
}

const ORDINARY: readonly Act[] = [{ do: 'step' }];

/** One handler for each dialect; they count the attempts of each seed together. */
export function llmHandlers({ origin = '*', faults = 'none' }: LlmHandlersOptions = {}): HttpHandler[] {
  const attempts = new Map<number, number>();
  const sources = new FaultSources({ all: parseTimeline(faults), seeds: new Map() });

  async function answer(dialect: Dialect, request: Request): Promise<Response> {
    const question = dialect.read(await request.json().catch(() => undefined));
    if (question.background) throw refused('"background": true needs the mock LLM as a server');
    const directive = parseDirective(question.prompt);
    const attempt = directive ? (attempts.get(directive.seed) ?? 0) : 0;
    const spoken = directive ? directedAnswer(directive, attempt) : auxiliaryAnswer;
    const timeline = sources.of(directive, request.headers.get(FAULTS_HEADER) ?? undefined);
    if (timeline.some(({ fault }) => fault.name === 'hold'))
      throw refused('"hold" needs the mock LLM as a server');
    const script = question.script(spoken);
    const plan = planFaults(timeline, spoken, script, question);
    if (directive) attempts.set(directive.seed, attempt + 1);
    return respond({ dialect, question, answer: spoken, script, plan, signal: request.signal });
  }

  return DIALECTS.map((dialect) =>
    http.post(`${origin}${dialect.path}`, async ({ request }) => {
      try {
        return await answer(dialect, request);
      } catch (error) {
        if (!(error instanceof MockLlmError)) throw error;
        return HttpResponse.json(dialect.refusal(error) as object, { status: error.status });
      }
    }),
  );
}

interface Call {
  dialect: Dialect;
  question: Question;
  answer: Answer;
  script: Script;
  plan: Plan;
  signal: AbortSignal;
}

async function respond(call: Call): Promise<Response> {
  const { dialect, question, signal, plan } = call;
  for (const act of plan.actsAt(-1) ?? ORDINARY) {
    if (act.do === 'wait') await silence(act.ms, signal);
    if (act.do === 'close') return HttpResponse.error();
    if (act.do === 'refuse') {
      const headers = act.retryAfter === null ? {} : { 'retry-after': String(act.retryAfter) };
      return HttpResponse.json(dialect.failure(act.status) as object, { status: act.status, headers });
    }
  }
  return question.stream ? inStream(call) : inOnePiece(call);
}

/** What is written until it ends; a broken connection is an error of the stream. */
async function* spoken({ answer, script, plan, signal }: Call): AsyncGenerator<Bytes, void> {
  yield script.opening().join('');
  let due = performance.now();
  for (let step = 0; step <= answer.chunks; step++) {
    due += answer.pace?.gap(step) ?? 0;
    if (answer.pace) await silence(due - performance.now(), signal);
    for (const act of plan.actsAt(step) ?? ORDINARY) {
      switch (act.do) {
        case 'step':
          yield step < answer.chunks ? script.chunk(answer.text(step), step) : script.closing().join('');
          break;
        case 'write':
          yield act.bytes;
          break;
        case 'wait':
          if (act.moves && act.ms !== null) due += act.ms;
          yield* waited(act, script.keepAlive, signal);
          break;
        case 'fail':
          yield script.failure(step);
          return;
        case 'close':
          if (act.how === 'clean') return;
          throw new TypeError(`the connection was closed by a fault (${act.how})`);
      }
    }
  }
}

async function* waited(
  { ms, keepAlive }: Extract<Act, { do: 'wait' }>,
  frame: string,
  signal: AbortSignal,
): AsyncGenerator<Bytes, void> {
  if (!keepAlive) return silence(ms, signal);
  const until = performance.now() + (ms ?? Number.POSITIVE_INFINITY);
  while (performance.now() < until && !signal.aborted) {
    await silence(Math.min(until - performance.now(), KEEP_ALIVE_MS), signal);
    if (performance.now() < until) yield frame;
  }
}

function inStream(call: Call): Response {
  const encoder = new TextEncoder();
  const frames = spoken(call);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await frames.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
    },
    async cancel() {
      await frames.return();
    },
  });
  // In Node, msw ends a body of unknown length by closing the connection: a broken one would look whole.
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'transfer-encoding': 'chunked' };
  return new Response(body, { headers });
}

async function inOnePiece(call: Call): Promise<Response> {
  try {
    for await (const _ of spoken(call));
  } catch {
    return HttpResponse.error();
  }
  return new HttpResponse(call.script.whole(), { headers: { 'content-type': 'application/json' } });
}

/** Ends early where the caller goes away. @param ms null: for ever */
function silence(ms: number | null, signal: AbortSignal): Promise<void> {
  if (signal.aborted || (ms !== null && ms <= 0)) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = ms === null ? undefined : setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
