/** All kinds of steps. */
import { z } from 'zod';
import { ask } from './ask.ts';
import { attack } from './attack.ts';
import { befall } from './befall.ts';
import { clock } from './clock.ts';
import { close } from './close.ts';
import { cut } from './cut.ts';
import { database } from './database.ts';
import { databaseClock } from './database-clock.ts';
import { freeze } from './freeze.ts';
import { glance } from './glance.ts';
import { heal } from './heal.ts';
import { kill } from './kill.ts';
import { line } from './line.ts';
import { mend } from './mend.ts';
import { probe } from './probe.ts';
import { refresh } from './refresh.ts';
import { restart } from './restart.ts';
import { route } from './route.ts';
import { saved } from './saved.ts';
import { see } from './see.ts';
import { snip } from './snip.ts';
import { speak } from './speak.ts';
import { start } from './start.ts';
import type { StepKind } from './step.ts';
import { stop } from './stop.ts';
import { switchSession } from './switch.ts';
import { thaw } from './thaw.ts';
import { wait } from './wait.ts';

const KINDS = {
  ask,
  speak,
  see,
  refresh,
  switch: switchSession,
  close,
  cut,
  heal,
  snip,
  befall,
  line,
  stop,
  wait,
  route,
  restart,
  kill,
  start,
  freeze,
  thaw,
  clock,
  database,
  'database-clock': databaseClock,
  mend,
  probe,
  glance,
  attack,
  saved,
} as const;

export type StepName = keyof typeof KINDS;
export type StepOf<N extends StepName> = z.infer<(typeof KINDS)[N]['shape']>;
export type Step = { [N in StepName]: StepOf<N> }[StepName];

/** What each does, for the documents. */
export const stepsInWords = Object.entries(KINDS).map(([name, { about }]) => ({ name, about }));

export const stepNames = Object.keys(KINDS) as StepName[];

/** Kinds that befall all who are there: a program with one of them is played alone. */
const OF_THE_STACK: ReadonlySet<StepName> = new Set([
  'restart',
  'kill',
  'start',
  'freeze',
  'thaw',
  'clock',
  'database',
  'database-clock',
  'mend',
]);

export const befallsAll = (step: Step): boolean => OF_THE_STACK.has(step.do);

export const stepShape = z.union(Object.values(KINDS).map(({ shape }) => shape)) as z.ZodType<Step>;

/** The kind of a step, for whoever does not care which it is. */
export function kindOf(step: Step): StepKind<Step> {
  return KINDS[step.do] as StepKind<Step>;
}
