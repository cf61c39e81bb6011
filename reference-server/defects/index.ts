/** All defects that can be planted, and how: `DEFECTS=name,name` in the environment of a development server. */
import { StartError } from '../errors.ts';
import { PARTS, type Parts } from '../parts.ts';
import { pageDefects } from '../web/defects/index.ts';
import { abortOnDisconnect } from './abort-on-disconnect.ts';
import { batchHoldsBack } from './batch-holds-back.ts';
import { catchUpTwice } from './catch-up-twice.ts';
import { cursorIgnored } from './cursor-ignored.ts';
import { cursorInOtherUnits } from './cursor-in-other-units.ts';
import { cursorOffByOne } from './cursor-off-by-one.ts';
import type { Defect, ServerDefect } from './defect.ts';
import { doneBeforeSaved } from './done-before-saved.ts';
import { droppedBeforeFirst } from './dropped-before-first.ts';
import { heartbeatLeaks } from './heartbeat-leaks.ts';
import { keyIgnored } from './key-ignored.ts';
import { liveBeforeCatchUp } from './live-before-catch-up.ts';
import { llmEofIsDone } from './llm-eof-is-done.ts';
import { lostEnd } from './lost-end.ts';
import { placeholderListedAsDone } from './placeholder-listed-as-done.ts';
import { prefixMissing } from './prefix-missing.ts';
import { quietListedAsDone } from './quiet-listed-as-done.ts';
import { readOpenToAll } from './read-open-to-all.ts';
import { readerAttachedTwice } from './reader-attached-twice.ts';
import { regeneratesOnReconnect } from './regenerates-on-reconnect.ts';
import { resumeOpenToAll } from './resume-open-to-all.ts';
import { savedAtEnd } from './saved-at-end.ts';
import { secondResumeFromZero } from './second-resume-from-zero.ts';
import { snapshotLiveGap } from './snapshot-live-gap.ts';
import { stopAsCompleted } from './stop-as-completed.ts';
import { stopIsDisconnect } from './stop-is-disconnect.ts';
import { stopLosesPartial } from './stop-loses-partial.ts';
import { stopOpenToAll } from './stop-open-to-all.ts';
import { streamCrosstalk } from './stream-crosstalk.ts';
import { stuckAfterCrash } from './stuck-after-crash.ts';
import { stuckAfterLlmError } from './stuck-after-llm-error.ts';
import { subscribeAfterStart } from './subscribe-after-start.ts';
import { sweptAlive } from './swept-alive.ts';
import { sweptAtStart } from './swept-at-start.ts';
import { sweptByDatabaseClock } from './swept-by-database-clock.ts';
import { sweptByOwnClock } from './swept-by-own-clock.ts';
import { tailNotFlushed } from './tail-not-flushed.ts';
import { twoTabsOneAnswer } from './two-tabs-one-answer.ts';
import { unorderedSaves } from './unordered-saves.ts';
import { utf8PerChunk } from './utf8-per-chunk.ts';

export type { Defect, DefectInfo, ServerDefect } from './defect.ts';

const SERVER: readonly ServerDefect[] = [
  cursorInOtherUnits,
  regeneratesOnReconnect,
  subscribeAfterStart,
  snapshotLiveGap,
  cursorOffByOne,
  prefixMissing,
  tailNotFlushed,
  savedAtEnd,
  abortOnDisconnect,
  batchHoldsBack,
  utf8PerChunk,
  unorderedSaves,
  stuckAfterCrash,
  stuckAfterLlmError,
  lostEnd,
  heartbeatLeaks,
  sweptAlive,
  sweptAtStart,
  sweptByDatabaseClock,
  sweptByOwnClock,
  doneBeforeSaved,
  stopIsDisconnect,
  stopLosesPartial,
  stopAsCompleted,
  twoTabsOneAnswer,
  resumeOpenToAll,
  readOpenToAll,
  stopOpenToAll,
  cursorIgnored,
  catchUpTwice,
  readerAttachedTwice,
  liveBeforeCatchUp,
  secondResumeFromZero,
  quietListedAsDone,
  llmEofIsDone,
  placeholderListedAsDone,
  streamCrosstalk,
  droppedBeforeFirst,
  keyIgnored,
];

export const defects: readonly Defect[] = [
  ...SERVER.map((defect) => ({ ...defect, side: 'server' }) as const),
  ...pageDefects.map(({ name, about, seenIn }) => ({ name, about, seenIn, side: 'page' }) as const),
];

/**
 * The parts of a server that has these defects. Those of the page change no part of it.
 *
 * @throws StartError for a name that is not known
 */
export function planted(names: readonly string[]): Parts {
  let parts = PARTS;
  for (const name of new Set(names)) {
    const defect = defects.find((known) => known.name === name);
    if (!defect) {
      const known = defects.map((each) => each.name).join(', ');
      throw new StartError(`There is no defect "${name}" to plant. Known: ${known}.`);
    }
    if (defect.side === 'server') parts = defect.plant(parts);
  }
  return parts;
}
