/** All kinds of steps. */
import { z } from 'zod';
import { ask } from './ask.ts';
import { attack } from './attack.ts';
import { close } from './close.ts';
import { cut } from './cut.ts';
import { glance } from './glance.ts';
import { heal } from './heal.ts';
import { probe } from './probe.ts';
import { refresh } from './refresh.ts';
import { restart } from './restart.ts';
import { see } from './see.ts';
import { snip } from './snip.ts';
import { speak } from './speak.ts';
import type { StepKind } from './step.ts';
import { stop } from './stop.ts';
import { switchSession } from './switch.ts';

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
  stop,
  restart,
  probe,
  glance,
  attack,
} as const;

export type StepName = keyof typeof KINDS;
export type StepOf<N extends StepName> = z.infer<(typeof KINDS)[N]['shape']>;
export type Step = { [N in StepName]: StepOf<N> }[StepName];

/** What each does, for the documents. */
export const stepsInWords = Object.entries(KINDS).map(([name, { about }]) => ({ name, about }));

export const stepNames = Object.keys(KINDS) as StepName[];

export const stepShape = z.union(Object.values(KINDS).map(({ shape }) => shape)) as z.ZodType<Step>;

/** The kind of a step, for whoever does not care which it is. */
export function kindOf(step: Step): StepKind<Step> {
  return KINDS[step.do] as StepKind<Step>;
}
