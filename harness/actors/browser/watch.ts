/**
 * Watches what a page shows. `watchPage` runs in the page, before any script of its own, and may use nothing from
 * outside itself.
 *
 * What changed is read once a frame, just before it is painted: a person sees no more often. Only elements that
 * changed are read again, and only what is new is told.
 */
import type { PageParts } from '../../targets/page.ts';
import type { AnswerTold, Batch, Told } from './told.ts';

/** Of the DOM, as much as the watcher needs; the harness itself is no page and has none. */
interface PageElement {
  textContent: string | null;
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
    callback: (records: { target: PageElement }[]) => void,
  ) => { observe(node: unknown, options: object): void; takeRecords(): { target: PageElement }[] };
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

export function watchPage({ conversation, question, answer }: PageParts): void {
  const page = globalThis as unknown as Page;
  if (page.top !== page.self || !page.location.protocol.startsWith('http')) return;
  /** Where no frame is painted, as in a tab that nobody looks at. */
  const WITHOUT_FRAMES = 100;

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

  const isOn = (element: PageElement, attribute: string | undefined) =>
    attribute !== undefined && element.hasAttribute(attribute) && element.getAttribute(attribute) !== 'false';
  const textOf = (element: PageElement, selector: string | undefined) =>
    (selector === undefined ? element : element.querySelector(selector))?.textContent ?? '';

  function look(): void {
    const at = clock();
    const shown = document.querySelector(conversation.selector);
    const nowLoading = shown !== null && isOn(shown, conversation.loading);
    const nowSession = shown?.getAttribute(conversation.session) || null;
    const questions = new Map<string, string>();
    let before: string | null = null;
    const there = new Set<PageElement>();
    for (const element of shown?.querySelectorAll(`${question.selector}, ${answer.selector}`) ?? []) {
      if (element.matches(question.selector)) {
        before = textOf(element, question.text);
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
    // Last, so that whoever waits for a session finds its answers told.
    if (nowSession !== session || nowLoading !== loading) {
      session = nowSession;
      loading = nowLoading;
      pending.push({ what: 'session', at, session, loading });
    }
  }

  function lookAt(element: PageElement, at: number, within: string | null, asked: string | null): void {
    const last = known.get(element);
    const read = !last || changed.has(element) ? textOf(element, answer.text) : last.read;
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
      shortened: answer.shortened !== undefined && element.querySelector(answer.shortened) !== null,
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

  function note(records: { target: PageElement }[]): void {
    for (const { target } of records) {
      const element = target.closest ? target : target.parentElement;
      const within = element?.closest?.(answer.selector);
      if (within) changed.add(within);
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
  // Whatever was shown and not told yet.
  page.addEventListener('pagehide', turn, true);
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
      turn();
    },
    true,
  );
  page.__holdfastDocument = name;
  page.__holdfastClock = clock;
  page.__holdfastFlush = () => {
    turn();
    return seq;
  };
  // The first word: that there is a document, and what its clock says.
  tell();
}
