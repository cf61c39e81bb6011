/**
 * Watches what a page shows. `watchPage` runs in the page, before any script of its own, and may use nothing from
 * outside itself.
 *
 * What changed is read once a frame, just before it is painted: a person sees no more often. Only elements that
 * changed are read again, and only what is new is told.
 */
import type { PageParts } from '../../targets/page.ts';
import type { AnswerTold, Batch, Told } from './told.ts';
import { type VisibleElement, type VisibleText, visibleText } from './visible.ts';

/** Of the DOM, as much as the watcher needs; the harness itself is no page and has none. */
interface PageElement extends VisibleElement {
  parentElement: PageElement | null;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  matches(selector: string): boolean;
  closest?(selector: string): PageElement | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
}
type Listen = (
  type: string,
  listener: (event: { timeStamp: number; persisted?: boolean }) => void,
  capture?: boolean,
) => void;
interface Mutation {
  type: string;
  target: PageElement;
}
interface Page {
  top: unknown;
  self: unknown;
  location: { protocol: string };
  performance: { now(): number };
  document: PageElement & { addEventListener: Listen };
  addEventListener: Listen;
  requestAnimationFrame(callback: () => void): number;
  cancelAnimationFrame(id: number): void;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
  MutationObserver: new (
    callback: (records: Mutation[]) => void,
  ) => { observe(node: unknown, options: object): void; takeRecords(): Mutation[] };
  PerformanceObserver?: new (
    callback: (list: { getEntries(): { startTime: number; duration: number }[] }) => void,
  ) => { observe(options: object): void };
  __holdfastTell(batch: string): unknown;
  __holdfastFlush(): number;
  __holdfastDocument: string;
  __holdfastClock(): number;
}

/** By which the watcher calls the harness. */
export const TELL = '__holdfastTell';
/** Expression that makes it tell at once whatever is shown; its value: how many batches it has told. */
export const FLUSH = 'globalThis.__holdfastFlush()';
/** Expression for what the document's clock says, and whose clock that is. */
export const CLOCK = '({ document: globalThis.__holdfastDocument, at: globalThis.__holdfastClock() })';

/** The watcher as a script for pages to begin with. */
export const watcher = (parts: PageParts): { content: string } => ({
  content: `(${watchPage})(${JSON.stringify(parts)}, (${visibleText})())`,
});

function watchPage({ conversation, question, answer }: PageParts, visible: VisibleText): void {
  const page = globalThis as unknown as Page;
  if (page.top !== page.self || !page.location.protocol.startsWith('http')) return;
  /** Where no frame is painted, as in a tab that nobody looks at. */
  const WITHOUT_FRAMES = 100;
  /** What is hidden may come to be shown, or fade in, without any change of the document: ms until it is looked at again. */
  const HIDDEN = { first: 100, last: 1_600 };

  const { document, performance } = page;
  const newName = () => Math.random().toString(36).slice(2);
  let name = newName();
  /** A document that was kept is told of as a new one, of which the clock begins when it is shown again. */
  let kept = false;
  let began = 0;
  const clock = () => performance.now() - began;
  const known = new Map<PageElement, { id: number; read: string; told: AnswerTold }>();
  let pending: Told[] = [];
  let seq = 0;
  let ids = 0;
  let session: string | null | undefined;
  let loading: boolean | undefined;
  let changed = new Set<PageElement>();
  let frame: number | undefined;
  let timer: number | undefined;
  /** Something may have been shown or hidden that did not change. */
  let doubted = true;
  let again: number | undefined;
  let patience = HIDDEN.first;

  const isOn = (element: PageElement, attribute: string | undefined) =>
    attribute !== undefined && element.hasAttribute(attribute) && element.getAttribute(attribute) !== 'false';
  const isThere = (element: PageElement, selector: string | undefined) => {
    const found = selector === undefined ? null : element.querySelector(selector);
    return found !== null && visible.isShown(found);
  };
  const partOf = (element: PageElement, selector: string | undefined) =>
    selector === undefined ? element : element.querySelector(selector);

  function look(): void {
    const at = clock();
    if (doubted) visible.forgetAll();
    const all = [...document.querySelectorAll(conversation.selector)];
    // A page may keep others beside the one that it shows.
    const shown = all.find(visible.isShown) ?? null;
    const nowLoading = shown !== null && isOn(shown, conversation.loading);
    const nowSession = shown?.getAttribute(conversation.session) || null;
    const questions = new Map<string, string>();
    let before: string | null = null;
    const there = new Set<PageElement>();
    for (const element of shown?.querySelectorAll(`${question.selector}, ${answer.selector}`) ?? []) {
      if (element.matches(question.selector)) {
        before = partOf(element, question.text)?.textContent ?? '';
        const key = question.key === undefined ? null : element.getAttribute(question.key);
        if (key !== null) questions.set(key, before);
        continue;
      }
      there.add(element);
      const answers = answer.answers === undefined ? null : element.getAttribute(answer.answers);
      const asked = answer.answers === undefined ? before : (questions.get(answers ?? '') ?? null);
      lookAt(element, at, nowSession, asked);
    }
    for (const [element, { id }] of known) {
      if (there.has(element)) continue;
      known.delete(element);
      pending.push({ what: 'gone', at, id });
    }
    changed = new Set();
    doubted = false;
    lookAgain(visible.hides || (shown === null && all.length > 0));
    // Last, so that whoever waits for a session finds its answers told.
    if (nowSession !== session || nowLoading !== loading) {
      session = nowSession;
      loading = nowLoading;
      pending.push({ what: 'session', at, session, loading });
    }
  }

  function readOf(element: PageElement): string {
    const part = partOf(element, answer.text);
    return part === null ? '' : visible.of(part);
  }

  /** Later and later, while nothing happens. */
  function lookAgain(isNeeded: boolean): void {
    if (again !== undefined) page.clearTimeout(again);
    again = isNeeded ? page.setTimeout(doubt, patience) : undefined;
    patience = isNeeded ? Math.min(patience * 2, HIDDEN.last) : HIDDEN.first;
  }

  function doubt(): void {
    doubted = true;
    turn();
  }

  function lookAt(element: PageElement, at: number, within: string | null, asked: string | null): void {
    const last = known.get(element);
    const read = !last || doubted || changed.has(element) ? readOf(element) : last.read;
    const before = last?.read ?? '';
    // Rendered text changes before its end, too, and seldom far from it.
    let kept = before.length;
    if (!read.startsWith(before)) for (kept = 0; read[kept] === before[kept]; ) kept++;
    const told: AnswerTold = {
      what: 'answer',
      at,
      id: last?.id ?? ids++,
      session: within,
      question: asked,
      kept,
      text: read.slice(kept),
      message: element.getAttribute(answer.message) ?? '',
      state: element.getAttribute(answer.state) ?? '',
      shortened: isThere(element, answer.shortened),
      failed: answer.failed !== undefined && element.matches(answer.failed),
    };
    const same =
      last !== undefined &&
      read === before &&
      (['session', 'question', 'message', 'state', 'shortened', 'failed'] as const).every(
        (field) => told[field] === last.told[field],
      );
    if (same) return;
    known.set(element, { id: told.id, read, told: { ...told, text: '' } });
    pending.push(told);
  }

  function tell(): void {
    const batch: Batch = { document: name, kept, seq: seq++, at: clock(), told: pending };
    pending = [];
    page.__holdfastTell(JSON.stringify(batch));
  }

  function turn(): void {
    if (frame !== undefined) page.cancelAnimationFrame(frame);
    if (timer !== undefined) page.clearTimeout(timer);
    frame = timer = undefined;
    note(observer.takeRecords());
    look();
    if (pending.length > 0) tell();
  }

  function soon(): void {
    if (frame !== undefined) return;
    frame = page.requestAnimationFrame(turn);
    timer = page.setTimeout(turn, WITHOUT_FRAMES);
  }

  function note(records: Mutation[]): void {
    for (const { type, target } of records) {
      const element = target.closest ? target : target.parentElement;
      const within = element?.closest?.(answer.selector);
      patience = HIDDEN.first;
      // Classes, states and sheets of styles decide what is seen elsewhere, too.
      if (!within) {
        doubted = true;
        continue;
      }
      changed.add(within);
      visible.forget(element!);
      if (type === 'attributes') for (const near of within.querySelectorAll('*')) visible.forgetOnly(near);
    }
  }

  const observer = new page.MutationObserver((records) => {
    note(records);
    soon();
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

  const tellSoon = (told: Told) => {
    pending.push(told);
    soon();
  };
  document.addEventListener(
    'click',
    ({ timeStamp }) => tellSoon({ what: 'click', at: timeStamp - began }),
    true,
  );
  page.addEventListener('online', ({ timeStamp }) =>
    tellSoon({ what: 'network', at: timeStamp - began, online: true }),
  );
  page.addEventListener('offline', ({ timeStamp }) =>
    tellSoon({ what: 'network', at: timeStamp - began, online: false }),
  );
  for (const type of ['transitionend', 'animationend', 'toggle'])
    document.addEventListener(
      type,
      () => {
        doubted = true;
        soon();
      },
      true,
    );
  // Whatever was shown and not told yet.
  page.addEventListener('pagehide', doubt, true);
  if (page.PerformanceObserver) {
    new page.PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        if (startTime >= began) tellSoon({ what: 'long-task', at: startTime - began, ms: duration });
    }).observe({ type: 'longtask', buffered: true });
  }
  page.addEventListener(
    'pageshow',
    ({ persisted }) => {
      if (!persisted) return;
      began = performance.now();
      page.__holdfastDocument = name = newName();
      kept = true;
      seq = 0;
      session = loading = undefined;
      known.clear();
      pending = [];
      tell();
      doubt();
    },
    true,
  );
  page.__holdfastDocument = name;
  page.__holdfastClock = clock;
  page.__holdfastFlush = () => {
    doubt();
    return seq;
  };
  // The first word: that there is a document, and what its clock says.
  tell();
}
