/** All faults, in the order in which the documentation tells them. */
import { afterEnd } from './after-end.ts';
import { cleanEnd, fin, reset } from './closings.ts';
import { duplicate } from './duplicate.ts';
import { endTwice } from './end-twice.ts';
import { error } from './error.ts';
import type { Fault } from './fault.ts';
import { halfFrame } from './half-frame.ts';
import { hold } from './hold.ts';
import { ignoreAbort } from './ignore-abort.ts';
import { malformed } from './malformed.ts';
import { pause } from './pause.ts';
import { refuse } from './refuse.ts';
import { slowHeaders } from './slow-headers.ts';
import { splitCharacter } from './split-character.ts';
import { splitPair } from './split-pair.ts';
import { stall, stallAlive } from './stall.ts';
import { statuses } from './statuses.ts';
import { swap } from './swap.ts';

export const FAULTS: readonly Fault[] = [
  refuse,
  ...statuses,
  slowHeaders,
  pause,
  hold,
  stall,
  stallAlive,
  error,
  halfFrame,
  splitCharacter,
  splitPair,
  duplicate,
  swap,
  malformed,
  reset,
  fin,
  cleanEnd,
  endTwice,
  afterEnd,
  ignoreAbort,
];

const BY_NAME: ReadonlyMap<string, Fault> = new Map(FAULTS.map((fault) => [fault.name, fault]));

export function faultNamed(name: string): Fault | undefined {
  return BY_NAME.get(name);
}
