import type { StrikeStyle } from '../fault.ts';
import { blackHole } from './black-hole.ts';
import { cleanEnd } from './clean-end.ts';
import type { Cut } from './cut.ts';
import { fin } from './fin.ts';
import { halfFrame } from './half-frame.ts';
import { keptAlive } from './kept-alive.ts';
import { repeat } from './repeat.ts';
import { repeatHalf } from './repeat-half.ts';
import { reset } from './reset.ts';
import { swap } from './swap.ts';
import { swapHalves } from './swap-halves.ts';
import { withhold } from './withhold.ts';

export type { ClientSide, Cut, Garbling } from './cut.ts';

export const cuts: Readonly<Record<StrikeStyle, Cut>> = {
  reset,
  fin,
  'half-frame': halfFrame,
  'clean-end': cleanEnd,
  'black-hole': blackHole,
  withhold,
  'kept-alive': keptAlive,
  repeat,
  swap,
  'repeat-half': repeatHalf,
  'swap-halves': swapHalves,
};
