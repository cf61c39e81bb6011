/**
 * The way before: the answer belongs to the connection that asked. Its row is inserted when the stream has ended;
 * a disconnect aborts the LLM call, and nothing of the answer is kept. Uses the base schema only.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { failure } from './errors.ts';
import { Transcript } from './generation/transcript.ts';
import type { chat } from './llm/chat.ts';
import { LlmError } from './llm/error.ts';
import { formatCursor } from './sse/cursor.ts';
import type { EventStream } from './sse/event-stream.ts';
import { sendChunk, sendDone } from './sse/read-along.ts';
import type { Database } from './store/database.ts';
import type { Messages } from './store/messages.ts';

export class AtEnd {
  readonly #db: Database;
  readonly #messages: Messages;
  readonly #config: Config;
  readonly #log: Logger;
  readonly #chat: typeof chat;
  readonly #answers = new Set<Promise<void>>();

  constructor(db: Database, messages: Messages, config: Config, log: Logger, speak: typeof chat) {
    this.#db = db;
    this.#messages = messages;
    this.#config = config;
    this.#log = log;
    this.#chat = speak;
  }

  /** Inserts the question and returns its id. */
  async ask(session: string, content: string): Promise<string> {
    const id = randomUUID();
    await this.#db.query(
      `INSERT INTO ai_chat_messages (id, session_id, role, content) VALUES ($1, $2, 'user', $3)`,
      [id, session, content],
    );
    return id;
  }

  answer(session: string, question: string, stream: EventStream): void {
    const answer = this.#answer(session, question, stream).finally(() => this.#answers.delete(answer));
    this.#answers.add(answer);
  }

  /** Resolves when no answer is being streamed. */
  async idle(): Promise<void> {
    await Promise.all(this.#answers);
  }

  async #answer(session: string, question: string, stream: EventStream): Promise<void> {
    const id = randomUUID();
    const transcript = new Transcript();
    stream.send('message', formatCursor(id, 0), {
      session_id: session,
      user_message_id: question,
      message_id: id,
    });
    let sent = 0;
    const pass = () => {
      const text = transcript.slice(sent, transcript.count);
      sent += text.length;
      sendChunk(stream, id, text, { length: sent, chunks: transcript.count });
    };
    try {
      const turns = await this.#messages.upTo(question);
      for await (const delta of this.#chat(this.#config.llm, turns, stream.closed)) {
        transcript.append(delta);
        pass();
        await stream.room();
      }
      transcript.close();
      if (transcript.text.length > sent) pass();
      stream.closed.throwIfAborted();
      await this.#db.query(
        `INSERT INTO ai_chat_messages (id, session_id, role, content, reply_to) VALUES ($1, $2, 'assistant', $3, $4)`,
        [id, session, transcript.text, question],
      );
      sendDone(stream, id, { status: 'completed', length: transcript.text.length });
    } catch (error) {
      if (stream.closed.aborted) return;
      this.#log.warn({ err: error, generation: id }, 'answer failed');
      const code = error instanceof LlmError ? error.code : 'INTERNAL';
      sendDone(stream, id, { status: 'error', length: sent, error: failure(code) });
    }
  }
}
