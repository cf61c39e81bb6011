/**
 * A visit by a k6 that has k6/x/sse: streams are read event by event, closed at the very chunk that was drawn, and
 * resumed by Last-Event-ID.
 */
import { clearTimeout, setTimeout } from 'k6/timers';
import sse from 'k6/x/sse';
import { oracleOf } from '../../../../mock-llm/oracle.ts';
import type { Request } from '../chat.ts';
import { metrics } from '../metrics.ts';
import type { View } from '../view.ts';
import { PAUSE, type Session, sleep, Visit } from '../visit.ts';

/** A target closes its stream after the terminal event; one that does not is listened to for so long, ms. */
const AFTER_THE_END = 300;

interface Wish {
  /** Closes the stream as soon as so much of the answer is held, in UTF-16 units. */
  upTo?: number;
  /** The stream has begun to speak. */
  onBegin?(): void;
  /** A chunk came. */
  onChunk?(): void;
}

interface Heard {
  outcome: 'cut' | 'ended' | 'again' | 'void-cursor';
  /** The extension breaks a connection off when it closes it; one whose `open` is over when it returns reads it to the end. */
  breaksOff: boolean;
  /** 0: no answer came. */
  status: number;
  error: string;
}

export class LiveVisit extends Visit {
  /** A place in the middle of an answer: the number of chunks after which something strikes. */
  somewhere(): number {
    return this.draw.between(1, Math.max(1, this.questions[0]!.spec.chunks - 1));
  }

  behind(chunks: number): number {
    return chunks;
  }

  /** Asks, and reads the answer as it comes. To be closed at a chunk is what this visit is struck by. */
  async ask(view: View, session: Session, chunks?: number): Promise<boolean> {
    const { actor, send, question } = view;
    const fields = { op: this.name('o'), f: 'send', actor, session: session.id, send } as const;
    this.record({ type: 'invoke', ...fields, spec: question.spec });
    const asked = Date.now();
    let accepted = false;
    let first = true;
    const { outcome, breaksOff, status, error } = await this.listen(
      view,
      this.chat.sending(session.id, question.text, question.key),
      null,
      {
        ...(chunks !== undefined && { upTo: lengthOf(view, chunks) }),
        onBegin: () => {
          accepted = true;
          this.record({ type: 'ok', ...fields, http: 200 });
        },
        onChunk: () => {
          if (first) metrics.first.add(Date.now() - asked, this.tags);
          first = false;
        },
      },
    );
    if (status >= 300) {
      view.refused = true;
      metrics.refused.add(1, this.tags);
      this.record({ type: 'fail', ...fields, http: status, reason: error.slice(0, 200) });
    } else if (!accepted && (status > 0 || (await this.arrived(view, session))))
      this.record({ type: 'ok', ...fields, ...(status > 0 && { http: status }) });
    else if (!accepted) this.record({ type: 'info', ...fields, reason: 'broken before an answer came' });
    if (outcome === 'cut') this.struck = breaksOff;
    return outcome === 'cut';
  }

  /** It was, when it was let go of, if the stream was really broken off. */
  async stillComes(): Promise<boolean> {
    return this.struck;
  }

  goOn(view: View, session: Session, since: number): Promise<void> {
    return this.follow(view, session, since);
  }

  /** @param since ms; the first chunk that comes is a recovery, which took from then on */
  async follow(view: View, session: Session, since?: number): Promise<void> {
    const until = Date.now() + this.patience;
    const held = view.text.length;
    let recovers = since !== undefined;
    const onChunk = () => {
      if (!recovers || view.text.length <= held) return;
      recovers = false;
      metrics.recoveries.add(1, this.tags);
      metrics.recovery.add(Date.now() - since!, this.tags);
    };
    while (view.state === undefined && !view.refused && Date.now() < until) {
      const before = view.text.length;
      if (view.message === undefined) await this.look(view, session);
      else {
        const cursor = view.text === '' ? null : (view.lastId ?? view.cursor);
        const request = this.chat.resuming(view.message, cursor, view.lastId !== null);
        const { outcome } = await this.listen(view, request, cursor, { onChunk });
        if (outcome !== 'ended') await this.look(view, session, outcome === 'void-cursor');
      }
      onChunk();
      if (view.state === undefined && view.text.length === before) await sleep(PAUSE);
    }
  }

  /** One connection, from the request to its end. */
  private async listen(
    view: View,
    { method, url, headers, body }: Request,
    cursor: string | null,
    { upTo = Number.POSITIVE_INFINITY, onBegin, onChunk }: Wish,
  ): Promise<Heard> {
    const stream = view.openStream(cursor);
    const began = Date.now();
    const within = this.patience;
    let spoke = false;
    let cut = false;
    let broken = false;
    let shorter = false;
    let last: number | undefined;
    let ending: number | undefined;
    const params = { method, headers, timeout: `${Math.round(within)}ms`, ...(body !== null && { body }) };
    const opened = sse.open(url, params, (client) => {
      client.on('event', ({ id, name, data }) => {
        // One without data is none by the standard, and what comes behind a cut was in flight when it struck.
        if (data === '' || cut) return;
        if (!spoke) {
          spoke = true;
          view.begins(cursor);
          onBegin?.();
        }
        shorter = view.says({ event: name, data }, stream) || shorter;
        if (id !== '') view.lastId = id;
        if (name === 'chunk') {
          const at = Date.now();
          if (last !== undefined) metrics.gap.add(at - last, this.tags);
          last = at;
          onChunk?.();
        }
        if (view.state !== undefined || shorter) ending ??= setTimeout(() => client.close(), AFTER_THE_END);
        else if (name === 'chunk' && view.text.length >= upTo) {
          cut = true;
          client.close();
          view.closeStream(stream, 'client');
        }
      });
      client.on('error', () => {
        broken = true;
        client.close();
      });
    });
    const { status, error } = await opened;
    if (ending !== undefined) clearTimeout(ending);
    const breaksOff = opened instanceof Promise;
    const heard = (outcome: Heard['outcome']) => ({ outcome, breaksOff, status, error });
    if (cut) return heard('cut');
    if (status >= 300) return heard(view.refuse(stream, cursor, status));
    const told = view.state !== undefined || shorter;
    const late = Date.now() - began >= within;
    view.closeStream(stream, told ? 'terminal' : late ? 'client' : broken || status === 0 ? 'broken' : 'eof');
    if (shorter) return heard('void-cursor');
    return heard(told ? 'ended' : 'again');
  }
}

/** Of the first chunks of a view's answer, in UTF-16 units. */
function lengthOf({ question }: View, chunks: number): number {
  const { seed, mode } = question.spec;
  const say = oracleOf(seed, 0, mode);
  let length = 0;
  for (let i = 0; i < chunks; i++) length += say(i).length;
  return length;
}
