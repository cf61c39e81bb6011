/** Reading what a target says of a session, and booking what it said. */

import type { GenerationState, OperationName, SendSeed } from '../../history/index.ts';
import { now } from '../../history/index.ts';
import type { Answer, HttpAnswer, SessionHistory } from '../../targets/target.ts';
import { openView } from '../view.ts';
import { exchange, type Way } from './http.ts';
import type { ApiSettings } from './settings.ts';
import { readable } from './unreadable.ts';

/** An answer of which it is known to which send it belongs. */
export interface KnownAnswer extends Answer {
  send: SendSeed;
}

export interface Reader {
  /** The session's answers; undefined where no complete answer came, or a refusal. */
  history(session: string): Promise<KnownAnswer[] | undefined>;
  /** Ids of the answers being generated; undefined where the target has no status, or did not answer. */
  status(session: string): Promise<Set<string> | undefined>;
  /** Reads as someone who never saw anything before: each answer becomes a view of its own. */
  snapshot(session: string): Promise<KnownAnswer[] | undefined>;
}

export function createReader(settings: ApiSettings, actor: string, way: () => Way, fresh = false): Reader {
  const { target, recorder } = settings;
  /** Which answer belongs to which send; learnt from the history, needed to read the status. */
  const sendOf = new Map<string, SendSeed>();

  async function ask(f: OperationName, session: string, request: Parameters<typeof exchange>[1]) {
    const op = settings.name('op');
    const fields = { op, f, actor, user: settings.user.name, session } as const;
    const asked = now();
    recorder.record({ type: 'invoke', ...fields });
    let answer: HttpAnswer;
    try {
      answer = await exchange(way(), request, settings.requestWithin);
    } catch (error) {
      recorder.record({ type: 'info', ...fields, reason: String(error) });
      return undefined;
    }
    if (answer.status >= 300) {
      const refusal = understand(() => target.refusal(answer)) ?? {
        code: `HTTP ${answer.status}`,
        reason: 'unreadable',
      };
      recorder.record({ type: 'fail', ...fields, http: answer.status, ...refusal });
      return undefined;
    }
    recorder.record({ type: 'ok', ...fields, http: answer.status });
    return { answer, asked };
  }

  const understand = <T>(read: () => T) => readable(settings, { actor, what: 'answer' }, read);

  /** What the list held of other sessions, or of nobody that is known: none of it was asked for in this one. */
  function bookStrays(history: SessionHistory, session: string): void {
    const asked = settings.sendsIn(session);
    if (asked[0] === undefined) return;
    for (const { message, question, text } of history.answers) {
      // Of an answer without a question nobody can say where it belongs.
      if (question === null) continue;
      const owner = settings.identify(question);
      if (owner !== null && asked.includes(owner)) continue;
      recorder.record({ type: 'stray', actor, send: asked[0], owner, message, length: text.length });
    }
  }

  function bookStates(history: SessionHistory, answers: KnownAnswer[], session: string, asked: number): void {
    const questions = new Set(history.questions.map((text) => settings.identify(text)));
    for (const send of settings.sendsIn(session)) {
      const own = answers.filter((answer) => answer.send === send);
      const answer = own.at(-1);
      recorder.record({
        type: 'state',
        from: 'list',
        actor,
        send,
        asked,
        state: answer?.state ?? 'absent',
        question: questions.has(send),
        ...(answer && { length: answer.text.length }),
        ...(own.length > 1 && { answers: own.length }),
        ...(fresh && { fresh }),
      });
    }
  }

  const reader: Reader = {
    async history(session) {
      const got = await ask('read', session, target.history(session));
      if (!got) return undefined;
      const history = understand(() => target.answers(got.answer));
      if (!history) return undefined;
      const answers = history.answers.flatMap((answer) => {
        const send = answer.question === null ? null : settings.identify(answer.question);
        if (send === null) return [];
        sendOf.set(answer.message, send);
        return [{ ...answer, send }];
      });
      bookStates(history, answers, session, got.asked);
      bookStrays(history, session);
      return answers;
    },

    async status(session) {
      if (!target.status || !target.active) return undefined;
      const got = await ask('status', session, target.status(session));
      if (!got) return undefined;
      const generations = understand(() => target.active!(got.answer));
      if (!generations) return undefined;
      const active = new Set(generations.map((generation) => generation.message));
      for (const [message, send] of sendOf) {
        if (!settings.sendsIn(session).includes(send)) continue;
        const state: GenerationState = active.has(message) ? 'generating' : 'absent';
        recorder.record({ type: 'state', from: 'status', actor, send, asked: got.asked, state });
      }
      return active;
    },

    async snapshot(session) {
      const answers = await reader.history(session);
      const bySend = new Map(answers?.map((answer) => [answer.send, answer]));
      if (!answers) return undefined;
      for (const send of settings.sendsIn(session)) {
        const answer = bySend.get(send);
        const view = openView({ id: settings.name('view'), actor, send, recorder, kind: 'snapshot', fresh });
        view.set(answer?.text ?? '');
        if (answer) view.end(answer.state);
        view.close('snapshot');
      }
      return answers;
    },
  };
  return reader;
}
