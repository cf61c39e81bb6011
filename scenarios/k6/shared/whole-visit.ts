/** A visit by stock k6: a stream is a request like any other, whose body comes whole at its end, or not at all. */
import { metrics } from './metrics.ts';
import type { View } from './view.ts';
import { PAUSE, type Session, sleep, Visit } from './visit.ts';

export class WholeVisit extends Visit {
  /** A place in the middle of an answer, in ms from the question: never so early that nothing can have come. */
  somewhere(): number {
    const { chunks } = this.questions[0]!.spec;
    const from = Math.min(chunks - 1, Math.ceil(chunks / 5));
    return this.whenChunk(this.draw.between(from, Math.max(from, Math.floor((chunks * 4) / 5))));
  }

  /** ms from the question. */
  behind(chunks: number): number {
    return this.whenChunk(chunks);
  }

  /**
   * Asks. Where the stream is cut before its end, nothing of what it brought is known: then only a look into the
   * session says whether the question arrived.
   *
   * @param within ms; absent: to the end of the answer
   */
  async ask(view: View, session: Session, within?: number): Promise<boolean> {
    const { actor, send, question } = view;
    const op = this.name('o');
    const fields = { op, f: 'send', actor, session: session.id, send } as const;
    this.record({ type: 'invoke', ...fields, spec: question.spec });
    const stream = view.openStream(null);
    const request = this.chat.sending(session.id, question.text, question.key);
    const answer = await this.chat.whole(request, within ?? this.patience);
    if (answer.status >= 300) {
      view.refused = true;
      metrics.refused.add(1, this.tags);
      this.record({ type: 'fail', ...fields, http: answer.status, reason: answer.body.slice(0, 200) });
    } else if (answer.status > 0) this.record({ type: 'ok', ...fields, http: answer.status });
    // What polls have shown meanwhile stays; the stream told the same from its beginning.
    view.hear(answer, stream, null);
    if (answer.status === 0 && (view.message !== undefined || (await this.arrived(view, session))))
      this.record({ type: 'ok', ...fields });
    else if (answer.status === 0)
      this.record({ type: 'info', ...fields, reason: 'cut before an answer came' });
    return answer.timedOut;
  }

  /**
   * Polls until a chunk comes that a view did not have at `since` (ms), and counts that as the recovery.
   *
   * @param adopts the view takes over what polls say; else they only look, while a stream brings it
   */
  async recover(view: View, session: Session, since: number, adopts: boolean): Promise<void> {
    const held = view.text.length;
    const until = since + this.patience;
    while (Date.now() < until) {
      const going = await this.peek(view, session);
      const listed = going ? undefined : await this.list(view.actor, session);
      const answer = listed?.answers.findLast(({ question }) => question === view.question.text);
      if (adopts && going) view.adopt(going.message, going.text, 'generating');
      if (adopts && answer) view.take(answer);
      if (((going ?? answer)?.text.length ?? 0) > held) break;
      if (answer && answer.state !== 'generating') return;
      await sleep(Math.min(this.plan.pollEvery, PAUSE));
    }
    metrics.recoveries.add(1, this.tags);
    metrics.recovery.add(Date.now() - since, this.tags);
  }

  /** Of a stream that was cut k6 has nothing: the status says it, and what there is of it by now. */
  stillComes(view: View, session: Session): Promise<boolean> {
    return this.poll(view, session);
  }

  async goOn(view: View, session: Session, since: number): Promise<void> {
    this.struck = view.state === undefined;
    await this.recover(view, session, since, true);
    await this.follow(view, session);
  }

  async follow(view: View, session: Session): Promise<void> {
    const until = Date.now() + this.patience;
    while (view.state === undefined && !view.refused && Date.now() < until) {
      if (view.message === undefined) {
        await this.look(view, session);
        if (view.message === undefined) await sleep(PAUSE);
        continue;
      }
      const { cursor } = view;
      const before = view.text.length;
      const stream = view.openStream(cursor);
      const answer = await this.chat.whole(this.chat.resuming(view.message, cursor), this.patience);
      const outcome = view.hear(answer, stream, cursor);
      if (outcome !== 'ended') await this.look(view, session, outcome === 'void-cursor');
      if (view.state === undefined && view.text.length === before) await sleep(PAUSE);
    }
  }
}
