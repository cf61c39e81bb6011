/** All scenarios, in the order in which they are listed and played. */
import type { AnyScenario } from '../harness/runs/scenario.ts';
import { canary } from './canary.ts';
import { concurrentTabs } from './concurrent-tabs.ts';
import { fewChunks } from './few-chunks.ts';
import { intruder } from './intruder.ts';
import { killedSilent } from './killed-silent.ts';
import { leftBeforeFirst } from './left-before-first.ts';
import { llmFails } from './llm-fails.ts';
import { llmGarbles } from './llm-garbles.ts';
import { llmInTrouble } from './llm-in-trouble.ts';
import { llmRefuses } from './llm-refuses.ts';
import { llmStalls } from './llm-stalls.ts';
import { network } from './network.ts';
import { networkThrice } from './network-thrice.ts';
import { polling } from './polling.ts';
import { refresh } from './refresh.ts';
import { reloadedSilent } from './reloaded-silent.ts';
import { resumeAtEdge } from './resume-at-edge.ts';
import { secondQuestion } from './second-question.ts';
import { sentTwice } from './sent-twice.ts';
import { serverKilled } from './server-killed.ts';
import { sessionSwitch } from './session-switch.ts';
import { silence } from './silence.ts';
import { stop } from './stop.ts';
import { stopSilent } from './stop-silent.ts';
import { takingTurns } from './taking-turns.ts';

export const scenarios: readonly AnyScenario[] = [
  refresh,
  network,
  sessionSwitch,
  concurrentTabs,
  networkThrice,
  resumeAtEdge,
  reloadedSilent,
  leftBeforeFirst,
  sentTwice,
  secondQuestion,
  takingTurns,
  fewChunks,
  silence,
  polling,
  stop,
  stopSilent,
  intruder,
  llmFails,
  llmRefuses,
  llmStalls,
  llmGarbles,
  llmInTrouble,
  serverKilled,
  killedSilent,
  canary,
];
