/** What can be planted in the page. */
import type { Parts } from '../client/parts.ts';
import { catchUpRacesLive } from './catch-up-races-live.ts';
import { doubleCutBeforeId } from './double-cut-before-id.ts';
import { doubleSubmit } from './double-submit.ts';
import { eofIsDone } from './eof-is-done.ts';
import { keepaliveHidesStall } from './keepalive-hides-stall.ts';
import { offerTakenTwice } from './offer-taken-twice.ts';
import { oldSourceLeftOpen } from './old-source-left-open.ts';
import { oneFlagForAll } from './one-flag-for-all.ts';
import type { PageDefect } from './page-defect.ts';
import { placeholderIsDone } from './placeholder-is-done.ts';
import { quietIsDone } from './quiet-is-done.ts';
import { reconnectLoop } from './reconnect-loop.ts';
import { replayAppended } from './replay-appended.ts';
import { secondReconnect } from './second-reconnect.ts';
import { streamInEveryTab } from './stream-in-every-tab.ts';
import { switchBeforeFirst } from './switch-before-first.ts';
import { takenByArrival } from './taken-by-arrival.ts';
import { wrongSession } from './wrong-session.ts';

export type { PageDefect } from './page-defect.ts';

export const pageDefects: readonly PageDefect[] = [
  replayAppended,
  offerTakenTwice,
  oldSourceLeftOpen,
  catchUpRacesLive,
  secondReconnect,
  doubleCutBeforeId,
  quietIsDone,
  eofIsDone,
  placeholderIsDone,
  keepaliveHidesStall,
  reconnectLoop,
  wrongSession,
  oneFlagForAll,
  switchBeforeFirst,
  doubleSubmit,
  takenByArrival,
  streamInEveryTab,
];

/** The change that plants these. Names that are not the page's are somebody else's: the server's. */
export function plant(names: readonly string[]): (parts: Parts) => Parts {
  const planted = pageDefects.filter(({ name }) => names.includes(name));
  return (parts) => planted.reduce((changed, { change }) => change(changed), parts);
}
