/** A question is asked: its rows, its generation, and the stream to whoever asked. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import { ApiError } from './errors.ts';
import { Generation } from './generation/generation.ts';
import { hearAnswer } from './hear.ts';
import type { NewMessage } from './schemas.ts';
import type { Services } from './services.ts';
import { formatCursor } from './sse/cursor.ts';
import { EventStream } from './sse/event-stream.ts';

type Question = z.output<typeof NewMessage>;

export async function send(
  services: Services,
  user: string,
  asked: Question,
  response: ServerResponse,
): Promise<void> {
  const { parts, sessions, config, atEnd, running, counters, closing } = services;
  const session = asked.session_id.toLowerCase();
  if (config.persistence === 'at-end') {
    if (!(await sessions.owns(user, session))) throw new ApiError('SESSION_NOT_FOUND');
    if (closing.aborted) throw new ApiError('SHUTTING_DOWN');
    const question = await atEnd.ask(session, asked.content);
    atEnd.answer(session, question, new EventStream(response, config));
    return;
  }
  // From here to the announcement nothing yields, and what is announced is waited for.
  if (closing.aborted) throw new ApiError('SHUTTING_DOWN');
  // Better some are told to come again than that all are served late.
  if (running.size >= config.mostGenerations) {
    counters.refused += 1;
    throw new ApiError('TOO_BUSY');
  }
  const { userMessage, message } = await beginGeneration(services, user, session, asked);
  await parts.openStream(services, message, 0, response, (stream) =>
    stream.send('message', formatCursor(message, 0), {
      session_id: session,
      user_message_id: userMessage,
      message_id: message,
    }),
  );
}

/** Begins a generation, or finds the one that this was asked for before. */
async function beginGeneration(
  services: Services,
  user: string,
  session: string,
  { content, idempotency_key: key }: Question,
): Promise<{ userMessage: string; message: string }> {
  const { config, log, messages, beginnings, writer, running, counters, signals, instance } = services;
  const userMessage = randomUUID();
  const message = randomUUID();
  const generation = new Generation(message, { writer, counters, signals, config, log, read: messages.byId });
  running.announce(generation, user);
  const asked = beginnings.add({
    user,
    session,
    question: content,
    userMessage,
    message,
    owner: instance,
    lease: config.lease,
    key,
  });
  const begun = await asked.catch((error) => {
    running.withdraw(generation);
    throw error;
  });
  if (begun === 'begun') {
    running.start(generation, hearAnswer(services, userMessage, message));
    return { userMessage, message };
  }
  running.withdraw(generation);
  if (begun === 'no-session') throw new ApiError('SESSION_NOT_FOUND');
  if (begun.session !== session || begun.question !== content) throw new ApiError('IDEMPOTENCY_KEY_REUSED');
  return begun;
}
