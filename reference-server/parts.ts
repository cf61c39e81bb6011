/**
 * What the server is put together from. A part can be exchanged for another of the same shape without the others
 * noticing: that is how defects are planted (defects/), and nothing else needs to know.
 */
import { chat } from './llm/chat.ts';
import { goOn, responses } from './llm/responses.ts';
import { messageRoutes } from './routes/messages.ts';
import { metaRoutes } from './routes/meta.ts';
import type { Route } from './routes/route.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { send } from './send.ts';
import type { Services } from './services.ts';
import { openStream } from './sse/open-stream.ts';
import { readAlong } from './sse/read-along.ts';
import { stop } from './stop.ts';
import { begin } from './store/beginning.ts';
import * as generations from './store/generations.ts';
import { messages } from './store/messages.ts';
import { openWriter } from './store/writer.ts';

/** How generations begin, are kept, and are taken over. */
export type Store = { begin: typeof begin } & Pick<
  typeof generations,
  'cancelElsewhere' | 'renewLeases' | 'heldBy' | 'sweepOrphans' | 'takeOrphans'
>;

export interface Parts {
  store: Store;
  /** How answers are written on the way and at their end. */
  writer: typeof openWriter;
  /** How messages are read. */
  messages: typeof messages;
  /** The call to the LLM. */
  chat: typeof chat;
  /** The call in background mode, and going on with what another began. */
  responses: typeof responses;
  goOn: typeof goOn;
  send: typeof send;
  stop: typeof stop;
  /** Where in an answer a reader begins, and what it is read from. */
  openStream: typeof openStream;
  /** How a reader gets what runs here. */
  readAlong: typeof readAlong;
  routes(services: Services): Route[];
}

export const PARTS: Parts = {
  store: { ...generations, begin },
  writer: openWriter,
  messages,
  chat,
  responses,
  goOn,
  send,
  stop,
  openStream,
  readAlong,
  routes: (services) => [...sessionRoutes(services), ...messageRoutes(services), ...metaRoutes(services)],
};
