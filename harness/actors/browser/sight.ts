/** What one tab shows, from document to document, and the record of it. */
import {
  type GenerationState,
  type Recorder,
  type SendSeed,
  TERMINAL_STATES,
  type When,
} from '../../history/index.ts';
import type { PageParts } from '../../targets/page.ts';
import type { ActorSettings } from '../driver.ts';
import { openView, type View } from '../view.ts';
import type { Feeds } from './feeds.ts';
import type { AnswerTold, Told } from './told.ts';

/** An answer that is, or was, on the screen. */
export interface Shown {
  send: SendSeed;
  session: string;
  view: View;
  /** UTF-16 units of the answer that are shown; of a rendered text, of the source that it proves. */
  length: number;
  /** It could not even be asked for. */
  failed: boolean;
  /** What the page last said of its state. */
  state: GenerationState | undefined;
  element: number | undefined;
}

export interface Sight {
  /** The session that is shown; null: none. */
  readonly session: string | null;
  readonly loading: boolean;
  /** When that session was first shown, or came to be loaded. */
  readonly since: Required<When> | undefined;
  /** Of the session that is shown, in the order in which they appeared. */
  answers(): Shown[];
  answer(send: SendSeed): Shown | undefined;
  /** Takes what one look at the page has found. `at`: turns its time into the harness's. */
  take(told: readonly Told[], at: (page: number) => Required<When>): void;
  /** A document begins (`t`, the harness's ms): whatever was shown is gone. */
  begin(t: number): void;
  /** The document is gone. */
  leave(why: 'refresh' | 'tab-closed'): void;
  /** Resolves when `until` holds; looks again whenever something was told. */
  when(until: () => boolean): Promise<void>;
}

export interface SightOptions {
  tab: string;
  parts: PageParts;
  settings: ActorSettings;
  /** Of the source that is the browser. */
  recorder: Recorder;
  feeds: Feeds;
}

export function createSight({ tab, parts, settings, recorder, feeds }: SightOptions): Sight {
  let session: string | null = null;
  let loading = false;
  let since: Required<When> | undefined;
  let begun = 0;
  let shown: Shown[] = [];
  /** What each element holds: told are only changes. */
  let texts = new Map<number, string>();
  /** By send, the view of the document before. */
  const replaced = new Map<SendSeed, string>();
  const strays = new Set<string>();
  const waiting = new Set<() => void>();
  let time: Required<When> | undefined;
  const rendered = settings.pageMode === 'rendered';
  const timed: Recorder = {
    ...recorder,
    record: (event, when) => recorder.record(event, when ?? time),
  };

  function answer(told: AnswerTold, gone: ReadonlySet<number>): void {
    const text = (texts.get(told.id) ?? '').slice(0, told.kept) + told.text;
    texts.set(told.id, text);
    if (told.question === null || told.session === null) return;
    const send = settings.identify(told.question);
    bookStray(told, told.session, send, text);
    if (send === null) return;
    const it = shownAs(told, told.session, send, gone);
    const { view } = it;
    it.failed = told.failed;
    if (told.message !== '' && view.message !== told.message) {
      view.message = told.message;
      feeds.shows({ tab, view: view.id, send, session: it.session, message: told.message });
    }
    show(it, text, told.shortened);
    say(it, parts.answer.states[told.state]);
  }

  /** The element takes over the view of one that has just gone: a list may be drawn anew at any time. */
  function shownAs(told: AnswerTold, within: string, send: SendSeed, gone: ReadonlySet<number>): Shown {
    const own = shown.filter((it) => it.send === send);
    const known =
      own.find(({ element }) => element === told.id) ??
      own.find(({ element }) => element === undefined || gone.has(element));
    if (known) {
      known.element = told.id;
      return known;
    }
    const after = replaced.get(send);
    const view = openView({
      id: settings.name('view'),
      actor: tab,
      send,
      recorder: timed,
      by: 'page',
      rendered,
      ...(after !== undefined && { after }),
    });
    feeds.shows({ tab, view: view.id, send, session: within, message: '' });
    const it = { send, session: within, view, length: 0, failed: false, state: undefined, element: told.id };
    shown.push(it);
    return it;
  }

  function show(it: Shown, text: string, shortened: boolean): void {
    const { view } = it;
    if (text === view.text) return;
    const before = it.length;
    // Before whoever waits for the change looks.
    it.length = rendered ? settings.sourceOf(it.send, text).length : text.length;
    const stream = feeds.streamOf(view.id, time?.t ?? 0);
    if (text.startsWith(view.text)) {
      view.append(text.slice(view.text.length), stream);
      return;
    }
    // What is rendered anew may be written otherwise, and is no shorter by that.
    if (shortened && (!rendered || it.length < before))
      view.reset('target', 'the page says that the answer became shorter');
    view.set(text, stream);
  }

  /** What the page says of the state. That it is not over may be as old as the document. */
  function say(it: Shown, state: GenerationState | undefined): void {
    if (state === undefined || state === it.state) return;
    const { length } = it;
    it.state = state;
    const asked = TERMINAL_STATES.has(state) ? (time?.t ?? begun) : begun;
    timed.record({ type: 'state', from: 'page', actor: tab, send: it.send, asked, state, length });
    it.view.end(state);
  }

  /** Shown in a session in which it was not asked for. */
  function bookStray(told: AnswerTold, within: string, owner: SendSeed | null, text: string): void {
    const [asked, ...others] = settings.sendsIn(within);
    if (asked === undefined || owner === asked || (owner !== null && others.includes(owner))) return;
    const key = `${within} ${owner} ${told.id}`;
    if (strays.has(key)) return;
    strays.add(key);
    const message = told.message || `element ${told.id} of ${tab}`;
    timed.record({ type: 'stray', actor: tab, send: asked, owner, message, length: text.length });
  }

  /** What vanishes while its session is shown has vanished before a person's eyes. */
  function gone(id: number): void {
    texts.delete(id);
    const it = shown.find(({ element }) => element === id);
    if (!it) return;
    it.element = undefined;
    if (it.session === session && !loading) show(it, '', false);
  }

  const sight: Sight = {
    get session() {
      return session;
    },
    get loading() {
      return loading;
    },
    get since() {
      return since;
    },
    answers: () => shown.filter((it) => it.session === session),
    answer: (send) => shown.find((it) => it.send === send),
    take(told, at) {
      const vanished = new Set(told.flatMap((one) => (one.what === 'gone' ? [one.id] : [])));
      // Where the page has gone is known before what it no longer shows.
      const moved = told.findLast((one) => one.what === 'session');
      if (moved) {
        ({ session, loading } = moved);
        since = at(moved.at);
      }
      for (const one of told) {
        time = at(one.at);
        if (one.what === 'answer') answer(one, vanished);
        else if (one.what === 'gone') gone(one.id);
        time = undefined;
      }
      for (const look of [...waiting]) look();
    },
    begin(t) {
      sight.leave('refresh');
      begun = t;
    },
    leave(why) {
      for (const { send, view } of shown) {
        view.close(why);
        replaced.set(send, view.id);
      }
      shown = [];
      texts = new Map();
      session = null;
      loading = false;
    },
    async when(until) {
      if (until()) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (until()) resolve();
      };
      waiting.add(look);
      await promise.finally(() => waiting.delete(look));
    },
  };
  return sight;
}
