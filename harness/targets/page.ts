/**
 * What a target must tell of its page, so that it can be used as a person uses it, and read as a person reads it.
 * Everything is said by CSS selectors and names of attributes; a page that has none of its own gives a person
 * nothing to hold on to either, and gets them by `data-` attributes.
 */
import type { GenerationState } from '../history/events.ts';
import type { User } from './target.ts';

/**
 * How a page shows an answer: `plain`, its very text, unit by unit; `rendered`, what it makes of it as Markdown.
 * Plain text is judged exactly; of rendered text the watermarks and plain words are, and in the end all of it by
 * equality with what a page that has just been loaded makes of the same answer.
 */
export type PageMode = 'plain' | 'rendered';

export interface TargetPage {
  /** The modes that it has; the first is used unless another is asked for. Default: plain only. */
  modes?: readonly [PageMode, ...PageMode[]];
  /** Path and query by which the page shows a session in a mode; session null: as a visitor comes to it. */
  path(session: string | null, mode: PageMode): string;
  /** What local storage must hold before the page is opened, for it to be this user's. */
  storage(user: User): Record<string, string>;
  controls: PageControls;
  parts: PageParts;
  /** It goes on reading the streams of sessions that it does not show; absent: it lets them go, and takes them up again. */
  keepsStreams?: true;
}

export const modesOf = ({ modes }: TargetPage): readonly [PageMode, ...PageMode[]] => modes ?? ['plain'];

/** Selectors of what a person uses. */
export interface PageControls {
  newSession: string;
  /** Where the question is typed. */
  composer: string;
  send: string;
  /** Stops the answer that is being generated; there only while one is. */
  stop?: string;
  /** What opens a session that is listed. */
  session(id: string): string;
}

/** What a person reads. All of it goes into the page as JSON. */
export interface PageParts {
  /** The element that shows one session. */
  conversation: {
    selector: string;
    /** Attribute with the target's id of the session. */
    session: string;
    /** Attribute that is there, and not `false`, while nothing of the session can be shown yet. */
    loading?: string;
  };
  question: {
    selector: string;
    /** The text within it; default: all of it. */
    text?: string;
    /** Attribute by which answers name it. */
    key?: string;
  };
  answer: {
    selector: string;
    text?: string;
    /** Attribute that names the key of its question; default: it answers the question that stands before it. */
    answers?: string;
    /** Attribute with the target's id of the answer; empty or absent while the page does not know it. */
    message: string;
    /** Attribute with the state of its generation. */
    state: string;
    /** What the values of that attribute mean; others mean nothing. */
    states: Readonly<Record<string, GenerationState>>;
    /** Selector within it of the notice that it became shorter. */
    shortened?: string;
    /** Selector that it matches when it could not even be asked for. */
    failed?: string;
  };
}
