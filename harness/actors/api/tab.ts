/** A tab of the API driver: what a resilient page does, without the page. */
import type { OperationName, SendSeed } from '../../history/index.ts';
import { TERMINAL_STATES } from '../../history/index.ts';
import { type Device, type Question, type Session, type Tab, Unmet, within } from '../actor.ts';
import { openView, type View } from '../view.ts';
import type { Connectivity } from './connectivity.ts';
import { type FirstRequest, type Following, follow } from './follower.ts';
import { exchange, type Way } from './http.ts';
import { createReader } from './reader.ts';
import type { ApiSettings } from './settings.ts';
import { readable } from './unreadable.ts';

/** One session as the tab remembers it. */
interface Conversation {
  session: Session;
  views: Map<SendSeed, View>;
  following: Map<SendSeed, Following>;
}

export interface ApiTabOptions {
  name: string;
  device: Device;
  settings: ApiSettings;
  connectivity: Connectivity;
  way: () => Way;
}

export function createApiTab({ name, device, settings, connectivity, way }: ApiTabOptions): Tab {
  const { target, recorder } = settings;
  const reader = createReader(settings, name, way);
  const context = { settings, actor: name, way, connectivity, reader };
  const conversations = new Map<string, Conversation>();
  let shown: Conversation | undefined;
  let closed = false;

  const conversationOf = (session: Session): Conversation => {
    const known = conversations.get(session.id);
    if (known) return known;
    const conversation = { session, views: new Map(), following: new Map() };
    conversations.set(session.id, conversation);
    return conversation;
  };

  const operation = (f: OperationName, extra: { send?: SendSeed; session?: string } = {}) => {
    const session = extra.session ?? shown?.session.id;
    return {
      op: settings.name('op'),
      f,
      actor: name,
      user: settings.user.name,
      ...(session !== undefined && { session }),
      ...(extra.send !== undefined && { send: extra.send }),
    };
  };

  /** Nothing follows an answer that the target did not have when its session was loaded: it would never come. */
  function holding(question: Question): { view: View; session: Session } {
    for (const { views, session } of conversations.values()) {
      const view = views.get(question.spec.seed);
      if (view) return { view, session };
    }
    throw new Unmet(`tab ${name} to show an answer to "${question.name}" at all`, 0);
  }

  function leave(conversation: Conversation): void {
    for (const following of conversation.following.values()) following.stop();
    conversation.following.clear();
  }

  function goOn(conversation: Conversation, view: View, first?: () => FirstRequest): Following {
    conversation.following.get(view.send)?.stop();
    const following = follow(context, view, conversation.session.id, first);
    conversation.following.set(view.send, following);
    return following;
  }

  /** Brings a conversation up to what the target has, and follows what is not finished. */
  async function load(conversation: Conversation, replaced = new Map<SendSeed, View>()): Promise<void> {
    const { session, views } = conversation;
    const answers = await persistently(() => reader.history(session.id));
    await reader.status(session.id);
    for (const answer of answers) {
      const ended = TERMINAL_STATES.has(answer.state);
      let view = views.get(answer.send);
      if (!view) {
        const after = replaced.get(answer.send)?.id;
        view = openView({
          id: settings.name('view'),
          actor: name,
          send: answer.send,
          recorder,
          ...(after !== undefined && { after }),
        });
        views.set(answer.send, view);
        if (answer.text !== '' || ended) view.set(answer.text);
      } else if (view.ended === undefined && (ended || answer.text.length > view.text.length)) {
        if (answer.text.length < view.text.length) {
          view.reset('target', `ended as ${answer.state} with less than was shown`);
        }
        view.cursor = undefined;
        if (answer.text !== view.text) view.set(answer.text);
      }
      view.message = answer.message;
      if (ended) view.end(answer.state);
    }
    for (const view of views.values()) {
      if (view.ended === undefined && shown === conversation) goOn(conversation, view);
    }
  }

  /** A page that loads goes on trying; whether it ever got there is for the checkers to see. */
  async function persistently<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    let over = false;
    const loading = async (): Promise<T | undefined> => {
      while (!over) {
        await connectivity.whenOnline();
        const got = await attempt();
        if (got !== undefined) return got;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return undefined;
    };
    try {
      return (await bounded(`tab ${name} to load its session`, loading()))!;
    } finally {
      over = true;
    }
  }

  const bounded = <T>(what: string, step: Promise<T>) =>
    within(settings.waitWithin, what, step, settings.starved);

  const tab: Tab = {
    name,
    device,

    async createSession(sessionName) {
      const fields = { ...operation('create-session') };
      recorder.record({ type: 'invoke', ...fields });
      // Without a session there is nothing to play: it is waited for as long as for anything.
      const answer = await exchange(way(), target.createSession(), settings.waitWithin).catch(
        (error: unknown) => {
          recorder.record({ type: 'info', ...fields, reason: String(error) });
          throw new Unmet(`session "${sessionName}" to be created (${String(error)})`, settings.waitWithin);
        },
      );
      if (answer.status >= 300) {
        const refusal = target.refusal(answer);
        recorder.record({ type: 'fail', ...fields, http: answer.status, ...refusal });
        throw new Unmet(`session "${sessionName}" to be created (${refusal.reason})`, 0);
      }
      const id = readable(settings, { actor: name, what: 'answer' }, () => idOf(target.session(answer)));
      if (id === undefined) {
        recorder.record({ type: 'info', ...fields, reason: 'unreadable' });
        throw new Unmet(`session "${sessionName}" to be named by its answer`, 0);
      }
      const session = { name: sessionName, id };
      recorder.record({ type: 'ok', ...fields, session: session.id, http: answer.status });
      if (shown) leave(shown);
      shown = conversationOf(session);
      return session;
    },

    async send(question) {
      const conversation = shown;
      if (!conversation) throw new TypeError(`tab ${name} has no session to send in`);
      const { spec, text, key } = question;
      const session = conversation.session.id;
      const view = openView({ id: settings.name('view'), actor: name, send: spec.seed, recorder });
      conversation.views.set(spec.seed, view);
      let repetition = 0;
      const first = (): FirstRequest => {
        const fields = operation('send', { send: spec.seed, session });
        recorder.record({ type: 'invoke', ...fields, ...(repetition++ === 0 && { spec }) });
        return {
          request: target.send({ session, text, key }),
          accepted: (http) => recorder.record({ type: 'ok', ...fields, http }),
          refused: (http, code, reason) => recorder.record({ type: 'fail', ...fields, http, code, reason }),
          broken: (reason) => recorder.record({ type: 'info', ...fields, reason }),
        };
      };
      await bounded(`"${question.name}" to be taken on`, goOn(conversation, view, first).taken);
    },

    async refresh() {
      const conversation = shown;
      if (!conversation) throw new TypeError(`tab ${name} shows no session to refresh`);
      const fields = operation('refresh');
      recorder.record({ type: 'invoke', ...fields });
      for (const known of conversations.values()) {
        leave(known);
        for (const view of known.views.values()) view.close('refresh');
      }
      conversations.clear();
      shown = conversationOf(conversation.session);
      await load(shown, conversation.views);
      recorder.record({ type: 'ok', ...fields, length: lengthOf(shown) });
    },

    async switchTo(session) {
      if (shown) leave(shown);
      const fields = operation('switch', { session: session.id });
      recorder.record({ type: 'invoke', ...fields });
      const cached = conversations.has(session.id);
      const conversation = conversationOf(session);
      shown = conversation;
      // A remembered session is on the screen at once and is brought up to date behind it.
      if (cached) recorder.record({ type: 'ok', ...fields, length: lengthOf(conversation) });
      await load(conversation);
      if (!cached) recorder.record({ type: 'ok', ...fields, length: lengthOf(conversation) });
    },

    async stop(question) {
      const { view, session } = holding(question);
      if (!target.stop || !target.stopped)
        throw new TypeError(`target ${target.name} cannot stop a generation`);
      await bounded(
        `the target to name its answer to "${question.name}"`,
        view.when((v) => v.message !== undefined),
      );
      const fields = operation('stop', { send: question.spec.seed, session: session.id });
      recorder.record({ type: 'invoke', ...fields });
      try {
        const request = target.stop({ session: session.id, message: view.message! });
        const answer = await exchange(way(), request, settings.requestWithin);
        if (answer.status < 300) {
          recorder.record({ type: 'ok', ...fields, http: answer.status, state: target.stopped(answer) });
        } else {
          recorder.record({ type: 'fail', ...fields, http: answer.status, ...target.refusal(answer) });
        }
      } catch (error) {
        recorder.record({ type: 'info', ...fields, reason: String(error) });
      }
    },

    async sees(question, chunks) {
      const length = question.lengthAfter(chunks);
      const what = `tab ${name} to show ${chunks} chunks of "${question.name}"`;
      await bounded(
        what,
        holding(question).view.when((view) => view.text.length >= length),
      );
    },

    async finished(question) {
      const what = `tab ${name} to learn the end of "${question.name}"`;
      await bounded(
        what,
        holding(question).view.when((view) => view.ended !== undefined),
      );
    },

    async quiet() {
      // What it remembers of other sessions it does not follow: that would never end.
      for (const view of shown?.views.values() ?? []) await view.when(({ ended }) => ended !== undefined);
    },

    async close() {
      if (closed) return;
      closed = true;
      const fields = operation('close-tab');
      recorder.record({ type: 'invoke', ...fields });
      for (const conversation of conversations.values()) {
        leave(conversation);
        for (const view of conversation.views.values()) view.close('tab-closed');
      }
      conversations.clear();
      shown = undefined;
      recorder.record({ type: 'ok', ...fields });
    },
  };
  return tab;
}

function lengthOf(conversation: Conversation): number {
  let length = 0;
  for (const view of conversation.views.values()) length += view.text.length;
  return length;
}

/** What an adapter takes for the id may be nothing at all; everything that is asked after that would be refused. */
function idOf(found: unknown): string {
  if (typeof found === 'string' && found !== '') return found;
  throw new Error(
    `the adapter's session() found ${JSON.stringify(found)} where the id of the session should be`,
  );
}
