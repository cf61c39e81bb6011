/** What can be planted in the page. */
import type { Parts } from '../client/parts.ts';

export interface PageDefect {
  name: string;
  /** What goes wrong. */
  about: string;
  /** Public reports of it: `owner/repository#issue`, `P#` for a pull request. */
  seenIn: readonly string[];
  change(parts: Parts): Parts;
}

export const pageDefects: readonly PageDefect[] = [];

/** The change that plants these. Names that are not the page's are somebody else's: the server's. */
export function plant(names: readonly string[]): (parts: Parts) => Parts {
  const planted = pageDefects.filter(({ name }) => names.includes(name));
  return (parts) => planted.reduce((changed, { change }) => change(changed), parts);
}
