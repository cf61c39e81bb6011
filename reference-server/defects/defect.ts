/**
 * A defect that a real chat has had, to be planted in this server or its page, so that whoever judges chats can be
 * seen to find it. A defect exchanges parts of the server for others of the same shape; the clean code knows nothing
 * of it.
 */
import type { Parts } from '../parts.ts';

export interface DefectInfo {
  name: string;
  /** What goes wrong, in a sentence. */
  about: string;
  /** Public reports of it: `owner/repository#issue`, `P#` for a pull request. */
  seenIn: readonly string[];
}

export interface ServerDefect extends DefectInfo {
  /** The defect of a page of which this is what a server can do wrong to the same effect. */
  like?: string;
  plant(parts: Parts): Parts;
}

/** A defect as the registry lists it. */
export type Defect = (ServerDefect & { side: 'server' }) | (DefectInfo & { side: 'page' });
