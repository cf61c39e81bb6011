/**
 * Keeps a view current until the target says that the generation ended: by its stream where it can be resumed,
 * by polling where not. The end of a connection is never taken for the end of an answer.
 */
import { now, TERMINAL_STATES } from '../../history/index.ts';
import type { HttpRequest } from '../../targets/target.ts';
import type { Frame } from '../../wire/frames.ts';
import type { View } from '../view.ts';
import type { Connectivity } from './connectivity.ts';
import { openStream, type Stream, type Way } from './http.ts';
import type { KnownAnswer, Reader } from './reader.ts';
import type { ApiSettings } from './settings.ts';
import { readable } from './unreadable.ts';

export interface Following {
  /** Lets go of the view: closes its stream, stops polling. */
  stop(): void;
  /** Resolves when the target took the send on, refused it, or broke off: whatever is known by then is recorded. */
  taken: Promise<void>;
}

/** The first request of a view: the send itself, or a repetition of it. Told how it went, once. */
export interface FirstRequest {
  request: HttpRequest;
  accepted(http: number): void;
  refused(http: number, code: string, reason: string): void;
  broken(reason: string): void;
}

/** What one connection ended with. */
type Outcome =
  | 'ended'
  /** Broke off, or ended without a terminal event: go on from where it was. */
  | 'again'
  /** There is no such stream: poll. */
  | 'no-stream'
  /** The cursor is refused: what is held may be void, read it afresh. */
  | 'void-cursor'
  /** The send was refused: there is nothing to follow. */
  | 'refused';

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2_000;
/** A target closes its stream after the terminal event; one that does not is listened to for so long, ms. */
const AFTER_THE_END = 300;
/** Why a connection was left; where an abort is given no reason it makes one each time, stack and all. */
const LEFT = new Error('the connection was left');

export interface FollowerContext {
  settings: ApiSettings;
  actor: string;
  way: () => Way;
  connectivity: Connectivity;
  reader: Reader;
}

/**
 * @param first makes the send, where the view begins with one; called again for each repetition of it
 */
export function follow(
  context: FollowerContext,
  view: View,
  session: string,
  first?: () => FirstRequest,
): Following {
  const { settings, actor, way, connectivity, reader } = context;
  const { target, recorder } = settings;
  const capabilities = target.capabilities(settings.persistence);
  const taken = Promise.withResolvers<void>();
  let stopped = false;
  /** Aborted to leave the connection that is open or being opened. */
  let connection = new AbortController();
  let wake = () => {};
  /** The end told a length shorter than what is held: only a fresh read says what is left. */
  let cutShort = false;
  let polling = settings.resume === 'poll' || (settings.resume === 'auto' && capabilities.resume === 'poll');

  // As a page does: the network is back, so whatever seemed open before is not to be trusted.
  const forgetOnline = connectivity.onOnline(() => {
    connection.abort(LEFT);
    wake();
  });

  void run().finally(() => {
    forgetOnline();
    taken.resolve();
  });

  return {
    stop() {
      stopped = true;
      connection.abort(LEFT);
      wake();
      forgetOnline();
    },
    taken: taken.promise,
  };

  async function run(): Promise<void> {
    if (first && (await ask(first)) === 'refused') return;
    let inVain = 0;
    while (!stopped && view.ended === undefined) {
      await connectivity.whenOnline();
      if (stopped) return;
      if (polling || view.message === undefined) {
        await poll();
        if (!stopped && view.ended === undefined) await pause(settings.pollEvery);
        continue;
      }
      const before = view.text.length;
      const outcome = await resume(view.message);
      if (outcome === 'no-stream') polling = true;
      if (outcome === 'void-cursor') await readAfresh();
      inVain = view.text.length > before ? 0 : inVain + 1;
      if (outcome !== 'ended' && inVain > 0) {
        await pause(Math.min(FIRST_PAUSE * 2 ** (inVain - 1), LONGEST_PAUSE));
      }
    }
  }

  /**
   * Sends. Where nobody knows whether it arrived, a target that knows repetitions by their key is asked again;
   * with another the history will show it.
   */
  async function ask(makeFirst: () => FirstRequest): Promise<Outcome> {
    for (let repetition = 0; ; repetition++) {
      const send = makeFirst();
      const outcome = await open(send.request, null, send, repetition > 0);
      taken.resolve();
      if (outcome !== 'again' || view.message !== undefined || !capabilities.idempotentSend || stopped)
        return outcome;
      await pause(Math.min(FIRST_PAUSE * 2 ** repetition, LONGEST_PAUSE));
      await connectivity.whenOnline();
      if (stopped) return outcome;
    }
  }

  function resume(message: string): Promise<Outcome> {
    const cursor =
      capabilities.resume !== 'append' || view.text === ''
        ? null
        : (view.cursor ?? target.cursorOf?.(message, view.text) ?? null);
    return open(target.open({ session, message, cursor }), cursor);
  }

  /** One connection, from request to end. */
  async function open(
    request: HttpRequest,
    cursor: string | null,
    asSend?: FirstRequest,
    isRepeated = false,
  ): Promise<Outcome> {
    const stream = settings.name('stream');
    const fields = { stream, view: view.id, send: view.send } as const;
    const to = way();
    recorder.record({ type: 'stream.open', ...fields, actor, cursor });
    connection = new AbortController();
    let opened: Awaited<ReturnType<typeof openStream>>;
    try {
      const headers = { ...to.headers, 'x-holdfast-stream': stream };
      opened = await openStream(
        { ...to, headers },
        request,
        target.framing,
        settings.silence,
        connection.signal,
      );
    } catch (error) {
      recorder.record({ type: 'stream.close', ...fields, why: 'broken' });
      asSend?.broken(String(error));
      return 'again';
    }
    if ('refused' in opened) {
      const http = opened.refused.status;
      const { refused } = opened;
      const { code, reason } = readable(settings, { actor, what: 'answer', send: view.send }, () =>
        target.refusal(refused),
      ) ?? { code: `HTTP ${http}`, reason: 'unreadable' };
      recorder.record({ type: 'stream.close', ...fields, why: 'refused', http, code });
      asSend?.refused(http, code, reason);
      // Who is not served now is not told what became of the send that this one repeats.
      if (asSend) return isRepeated && http >= 500 ? 'again' : 'refused';
      if (http === 404 || http === 405 || http === 501) return 'no-stream';
      return cursor !== null && http >= 400 && http < 500 && http !== 429 ? 'void-cursor' : 'again';
    }
    asSend?.accepted(opened.status);
    taken.resolve();
    cutShort = false;
    const { stream: body } = opened;
    if (stopped) {
      // Somebody else follows the view by now: it is not ours to change.
      body.close();
      recorder.record({ type: 'stream.close', ...fields, why: 'client' });
      return 'again';
    }
    // Without a cursor the target begins at the beginning: what is held is about to come again.
    if (cursor === null && view.text !== '') view.reset('replay');
    const how = await body.read((frame) => take(frame, stream, body));
    const why = view.ended !== undefined || cutShort ? 'terminal' : how === 'stalled' ? 'client' : how;
    recorder.record({ type: 'stream.close', ...fields, why });
    if (cutShort) return 'void-cursor';
    return view.ended !== undefined ? 'ended' : 'again';
  }

  function take(frame: Frame, stream: string, body: Stream): void {
    const meaning = readable(settings, { actor, what: 'frame', send: view.send }, () => target.decode(frame));
    if (!meaning) {
      body.close();
      return;
    }
    if (meaning.message !== undefined) view.message = meaning.message;
    if (meaning.reset !== undefined) view.reset('target', meaning.reset);
    if (meaning.text) view[meaning.text.how](meaning.text.text, stream);
    if (meaning.cursor !== undefined) view.cursor = meaning.cursor;
    if (meaning.terminal === undefined) return;
    recorder.record({
      type: 'state',
      from: 'stream',
      actor,
      send: view.send,
      asked: now(),
      state: meaning.terminal,
      ...(meaning.length !== undefined && { length: meaning.length }),
    });
    // The answer came out shorter than what was shown: the target lost it, and says so by the length.
    cutShort = meaning.length !== undefined && meaning.length < view.text.length;
    if (!cutShort) view.end(meaning.terminal);
    // Nothing may come after the end; a while is listened whether something does.
    setTimeout(() => body.close(), AFTER_THE_END).unref();
  }

  async function poll(): Promise<void> {
    if (target.status) await reader.status(session);
    const answer = await find();
    if (answer) adopt(answer, false);
  }

  async function readAfresh(): Promise<void> {
    const answer = await find();
    if (answer) adopt(answer, true);
  }

  async function find(): Promise<KnownAnswer | undefined> {
    const answers = await reader.history(session);
    return answers?.find((answer) => answer.send === view.send);
  }

  /** Takes over what the target has stored. `cursorVoid`: it refused to go on from what is held. */
  function adopt(answer: KnownAnswer, cursorVoid: boolean): void {
    if (stopped || view.ended !== undefined) return;
    view.message = answer.message;
    const ended = TERMINAL_STATES.has(answer.state);
    const behind = view.text.startsWith(answer.text) && answer.text.length < view.text.length;
    // What is stored lags behind what is delivered; only the end, or a refused cursor, makes the held text void.
    if (behind && (ended || cursorVoid)) {
      view.reset(
        'target',
        ended ? `ended as ${answer.state} with less than was shown` : 'the cursor was refused',
      );
    }
    if ((!behind || ended || cursorVoid) && answer.text !== view.text) {
      view.cursor = undefined;
      view.set(answer.text);
    }
    if (ended) view.end(answer.state);
  }

  function pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    wake = resolve;
    if (stopped) resolve();
    return promise.finally(() => clearTimeout(timer));
  }
}
