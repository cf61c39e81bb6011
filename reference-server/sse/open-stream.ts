import type { ServerResponse } from 'node:http';
import { ApiError } from '../errors.ts';
import { splitsCharacter } from '../generation/transcript.ts';
import type { Services } from '../services.ts';
import type { MessageRow } from '../store/messages.ts';
import { EventStream } from './event-stream.ts';
import { readSaved } from './read-along.ts';

/** ms after which a row that another instance writes is looked at again, where no word came. */
const POLL = 250;
/** ms after which the owner is told again that a reader follows it from here. */
const FOLLOW = 2_000;

/**
 * Streams an answer to a reader that holds the first `from` units of it. Returns when the stream is open.
 *
 * @param greet is called with the stream before anything is sent
 * @throws ApiError where `from` is no place in the answer; nothing has been sent then
 */
export async function openStream(
  services: Services,
  id: string,
  from: number,
  response: ServerResponse,
  greet: (stream: EventStream) => void = () => {},
): Promise<void> {
  const { parts, config, log, messages, running, signals } = services;
  const generation = running.readable(id);
  if (generation) {
    const place = generation.placeAt(from);
    if (place === 'inside-character') throw new ApiError('CURSOR_MALFORMED');
    if (place !== 'past-end') {
      const stream = new EventStream(response, config);
      greet(stream);
      parts.readAlong(generation, stream, place);
      return;
    }
    // One that was taken over says again what its first owner had delivered and not saved: the row will have it.
    if (config.orphans === 'error') throw new ApiError('CURSOR_PAST_END', { length: generation.length });
  }
  const { content } = await rowHolding(services, id, from);
  if (from > content.length) throw new ApiError('CURSOR_PAST_END', { length: content.length });
  if (splitsCharacter(content, from)) throw new ApiError('CURSOR_MALFORMED');
  const stream = new EventStream(response, config);
  greet(stream);
  let told = -FOLLOW;
  const wait = async () => {
    if (performance.now() - told >= FOLLOW) {
      told = performance.now();
      signals.tell('follow', id);
    }
    await signals.wait(id, POLL, stream.closed);
  };
  readSaved(id, () => messages.byId(id), wait, stream, from).catch((error) => {
    log.warn({ err: error, generation: id }, 'a reader was cut: the database did not answer');
    stream.cut();
  });
}

/**
 * What another instance delivers is saved a little later: a cursor may be ahead of the row, within the interval; and
 * where that one died, until another has gone on with its answer.
 */
async function rowHolding(
  { config, messages, signals }: Services,
  id: string,
  length: number,
): Promise<MessageRow> {
  const takenOver = config.orphans === 'continue' ? config.lease + 2 * config.sweep : 0;
  const giveUpAt = performance.now() + 2 * config.checkpoint.within + takenOver;
  for (;;) {
    const row = await messages.byId(id);
    if (!row) throw new ApiError('MESSAGE_NOT_FOUND');
    if (row.content.length >= length || row.status !== 'generating' || performance.now() > giveUpAt)
      return row;
    signals.tell('follow', id);
    await signals.wait(id, POLL);
  }
}
