/** What the watcher in a page tells the harness. Times are ms of the document's own clock. */

export interface Batch {
  /** The document; a reload makes a new one, and so does a return to one that the browser has kept. */
  document: string;
  kept: boolean;
  /** Counts from 0 within a document. */
  seq: number;
  /** When it was sent. */
  at: number;
  told: Told[];
}

export type Told = SessionTold | AnswerTold | GoneTold | ClickTold | NetworkTold | LongTaskTold;

/** Which session the page shows; null: none. */
export interface SessionTold {
  what: 'session';
  at: number;
  session: string | null;
  loading: boolean;
}

/** An answer as it is shown, whenever something of it has changed. */
export interface AnswerTold {
  what: 'answer';
  at: number;
  /** Of its element, in this document. */
  id: number;
  session: string | null;
  /** Text of the question that it stands by; null: by none. */
  question: string | null;
  /** Its text is the first `kept` units of what was told before, and then `text`. */
  kept: number;
  text: string;
  message: string;
  /** Value of its attribute. */
  state: string;
  shortened: boolean;
  failed: boolean;
}

/** Its element is there no more. */
export interface GoneTold {
  what: 'gone';
  at: number;
  id: number;
}

/** A person has clicked somewhere. */
export interface ClickTold {
  what: 'click';
  at: number;
}

/** The browser says that the network is there, or is not. */
export interface NetworkTold {
  what: 'network';
  at: number;
  online: boolean;
}

/** The page's thread was busy for so long in one go. */
export interface LongTaskTold {
  what: 'long-task';
  at: number;
  ms: number;
}
