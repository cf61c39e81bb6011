/**
 * A chat server within a test's own process (msw): it says what the test tells it to, chunk by chunk, and breaks off
 * where the test wants. It keeps the protocol, so that what goes wrong is the client's.
 */
import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import type { Row, State } from '../message.ts';

export const ORIGIN = 'http://chat.test';
const ROOT = `${ORIGIN}/api/v1/chat`;

type Reader = ReadableStreamDefaultController<Uint8Array>;
/** How a connection ends before the answer does. */
type Break = 'clean' | 'broken';

const bytes = (text: string) => new TextEncoder().encode(text);

export class FakeServer {
  readonly answers: FakeAnswer[] = [];
  /** Every call, as `METHOD path`, in order. */
  readonly calls: string[] = [];
  /** Cursors of the streams that were taken up; null: none was sent. */
  readonly cursors: (string | null)[] = [];
  readonly keys: string[] = [];
  /** What becomes of the next calls whose `METHOD path` begins so, in turn; then they are served. */
  readonly #fates: { call: string; fate: 'unreachable' | 'hangs' | Refusal }[] = [];
  readonly #byKey = new Map<string, FakeAnswer>();
  readonly #msw = setupServer();

  constructor() {
    this.#msw.use(
      http.all(`${ROOT}/*`, async ({ request }) => {
        const { pathname } = new URL(request.url);
        const call = `${request.method} ${pathname.slice('/api/v1/chat'.length)}`;
        this.calls.push(call);
        const fated = this.#fates.findIndex((each) => call.startsWith(each.call));
        const [found] = fated < 0 ? [] : this.#fates.splice(fated, 1);
        if (found?.fate === 'unreachable') return HttpResponse.error();
        if (found?.fate === 'hangs') return new Promise<Response>(() => {});
        if (found) return refused(found.fate);
        return this.#serve(call, request);
      }),
    );
    this.#msw.listen();
  }

  close(): void {
    for (const answer of this.answers) answer.cut('clean');
    this.#msw.close();
  }

  /** Decides the fate of the next call that begins so. */
  next(call: string, fate: 'unreachable' | 'hangs' | Refusal): void {
    this.#fates.push({ call, fate });
  }

  /** A question with its answer, as if asked before. */
  asked(session: string, content: string, text = '', status: State = 'generating'): FakeAnswer {
    const answer = new FakeAnswer(this.answers.length, session, content);
    answer.text = text;
    answer.status = status;
    this.answers.push(answer);
    return answer;
  }

  async #serve(call: string, request: Request): Promise<Response> {
    const [, session, id, what = ''] =
      /^\w+ (?:\/sessions\/([\w-]+)\/messages|\/messages\/([\w-]+)(.*))$/.exec(call) ?? [];
    if (session !== undefined) return HttpResponse.json({ messages: this.#rows(session) });
    if (call === 'POST /messages') return this.#take((await request.json()) as Record<string, string>);
    const answer = this.answers.find((each) => each.id === id);
    if (!answer?.isKnown) return refused({ http: 404, code: 'MESSAGE_NOT_FOUND' });
    if (what === '') return HttpResponse.json(answer.row);
    if (what === '/stop') {
      answer.end('cancelled');
      return HttpResponse.json({ message_id: id, status: answer.status, length: answer.text.length });
    }
    const cursor = request.headers.get('last-event-id');
    this.cursors.push(cursor);
    const from = cursor === null ? 0 : Number(cursor.split(':')[1]);
    if (from > answer.text.length) return refused({ http: 416, code: 'CURSOR_PAST_END' });
    return answer.stream(from);
  }

  #take({ session_id, content, idempotency_key }: Record<string, string>): Response {
    this.keys.push(idempotency_key!);
    const answer = this.#byKey.get(idempotency_key!) ?? this.asked(session_id!, content!);
    this.#byKey.set(idempotency_key!, answer);
    return answer.stream(0, true);
  }

  #rows(session: string): Row[] {
    return this.answers
      .filter((answer) => answer.session === session && answer.isKnown)
      .flatMap((answer) => [answer.questionRow, answer.row]);
  }
}

export interface Refusal {
  http: number;
  code: string;
}

function refused({ http: status, code }: Refusal): Response {
  return HttpResponse.json({ error: { code, message: `Refused: ${code}.` } }, { status });
}

export class FakeAnswer {
  readonly id: string;
  readonly question: string;
  readonly session: string;
  readonly content: string;
  text = '';
  /** What a look at the row finds, where that is less than what is delivered. */
  saved: number | null = null;
  status: State = 'generating';
  isKnown = true;
  readonly #readers = new Set<Reader>();

  constructor(number: number, session: string, content: string) {
    this.id = `answer-${number}`;
    this.question = `question-${number}`;
    this.session = session;
    this.content = content;
  }

  get row(): Row {
    const content = this.text.slice(0, this.saved ?? this.text.length);
    const error = this.status === 'error' ? { code: 'LLM_SILENT', message: 'The model fell silent.' } : null;
    return { id: this.id, role: 'assistant', content, status: this.status, reply_to: this.question, error };
  }

  get questionRow(): Row {
    const { question: id, content } = this;
    return { id, role: 'user', content, status: 'completed', reply_to: null, error: null };
  }

  /** How many are reading now. */
  get readers(): number {
    return this.#readers.size;
  }

  /** The next chunk, to everybody who reads. */
  say(text: string): void {
    this.text += text;
    this.write(event('chunk', this.text.length, { text, index: 0 }, this.id));
  }

  /** The end of what was said, once more. */
  sayAgain(text: string): void {
    this.write(event('chunk', this.text.length, { text, index: 0 }, this.id));
  }

  /** Grows without those who read being told. */
  growUnheard(text: string): void {
    this.text += text;
  }

  end(status: State, length = this.text.length): void {
    this.status = status;
    this.write(this.#done(length));
    this.cut('clean');
  }

  keepAlive(): void {
    this.write(': keep-alive\n\n');
  }

  write(frame: string | Uint8Array): void {
    for (const reader of this.#readers) reader.enqueue(typeof frame === 'string' ? bytes(frame) : frame);
  }

  cut(how: Break): void {
    for (const reader of this.#readers) {
      if (how === 'clean') reader.close();
      else reader.error(new TypeError('the connection broke'));
    }
    this.#readers.clear();
  }

  stream(from: number, isSend = false): Response {
    let mine: Reader;
    const body = new ReadableStream<Uint8Array>({
      start: (reader) => {
        mine = reader;
        this.#readers.add(reader);
        const { session: session_id, question: user_message_id, id: message_id } = this;
        if (isSend)
          reader.enqueue(bytes(event('message', 0, { session_id, user_message_id, message_id }, message_id)));
        const text = this.text.slice(from);
        if (text !== '')
          reader.enqueue(bytes(event('chunk', this.text.length, { text, index: 0 }, message_id)));
        if (this.status === 'generating') return;
        reader.enqueue(bytes(this.#done(this.text.length)));
        this.#readers.delete(reader);
        reader.close();
      },
      cancel: () => void this.#readers.delete(mine),
    });
    // In Node, msw ends a body of unknown length by closing the connection: a broken one would look whole.
    const headers = { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' };
    return new Response(body, { headers });
  }

  #done(length: number): string {
    const { error } = this.row;
    return event('done', length, { status: this.status, length, ...(error && { error }) }, this.id);
  }
}

function event(type: string, length: number, data: unknown, id: string): string {
  return `event: ${type}\nid: ${id}:${length}\ndata: ${JSON.stringify(data)}\n\n`;
}
