/** All scenarios, in the order in which they are listed and played. */
import type { AnyScenario } from '../harness/runs/scenario.ts';
import { bufferingProxy } from './buffering-proxy.ts';
import { canary } from './canary.ts';
import { clockJumps } from './clock-jumps.ts';
import { concurrentTabs } from './concurrent-tabs.ts';
import { crashLoop } from './crash-loop.ts';
import { databaseClock } from './database-clock.ts';
import { databaseConflict } from './database-conflict.ts';
import { databaseExhausted } from './database-exhausted.ts';
import { databaseFull } from './database-full.ts';
import { databaseHangs } from './database-hangs.ts';
import { databaseKilled } from './database-killed.ts';
import { databaseSlow } from './database-slow.ts';
import { databaseTerminates } from './database-terminates.ts';
import { databaseUnreachable } from './database-unreachable.ts';
import { fewChunks } from './few-chunks.ts';
import { garbled } from './garbled.ts';
import { instances } from './instances.ts';
import { intruder } from './intruder.ts';
import { killedSilent } from './killed-silent.ts';
import { leftBeforeFirst } from './left-before-first.ts';
import { llmFails } from './llm-fails.ts';
import { llmGarbles } from './llm-garbles.ts';
import { llmInTrouble } from './llm-in-trouble.ts';
import { llmRefuses } from './llm-refuses.ts';
import { llmSilent } from './llm-silent.ts';
import { llmStalls } from './llm-stalls.ts';
import { manyTabs } from './many-tabs.ts';
import { network } from './network.ts';
import { networkMoments } from './network-moments.ts';
import { networkThrice } from './network-thrice.ts';
import { pageLife } from './page-life.ts';
import { polling } from './polling.ts';
import { refresh } from './refresh.ts';
import { refreshMoments } from './refresh-moments.ts';
import { reloadedSilent } from './reloaded-silent.ts';
import { resumeAtEdge } from './resume-at-edge.ts';
import { secondQuestion } from './second-question.ts';
import { sentTwice } from './sent-twice.ts';
import { serverFrozen } from './server-frozen.ts';
import { serverKilled } from './server-killed.ts';
import { serverReplaced } from './server-replaced.ts';
import { sessionSwitch } from './session-switch.ts';
import { silence } from './silence.ts';
import { silentStream } from './silent-stream.ts';
import { slowLine } from './slow-line.ts';
import { stop } from './stop.ts';
import { stopSilent } from './stop-silent.ts';
import { switching } from './switching.ts';
import { takenUpAgain } from './taken-up-again.ts';
import { takingTurns } from './taking-turns.ts';
import { unavailableOnResume } from './unavailable-on-resume.ts';

export const scenarios: readonly AnyScenario[] = [
  refresh,
  network,
  sessionSwitch,
  concurrentTabs,
  ...refreshMoments,
  ...networkMoments,
  networkThrice,
  ...switching,
  ...takenUpAgain,
  ...manyTabs,
  ...pageLife,
  resumeAtEdge,
  reloadedSilent,
  leftBeforeFirst,
  sentTwice,
  secondQuestion,
  takingTurns,
  fewChunks,
  silence,
  silentStream,
  polling,
  llmSilent,
  stop,
  stopSilent,
  intruder,
  llmFails,
  llmRefuses,
  llmStalls,
  llmGarbles,
  llmInTrouble,
  slowLine,
  ...garbled,
  unavailableOnResume,
  bufferingProxy,
  serverKilled,
  crashLoop,
  serverReplaced,
  serverFrozen,
  ...instances,
  clockJumps,
  ...databaseClock,
  databaseHangs,
  databaseUnreachable,
  databaseTerminates,
  databaseExhausted,
  databaseFull,
  databaseConflict,
  databaseSlow,
  databaseKilled,
  killedSilent,
  canary,
];
