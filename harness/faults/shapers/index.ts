import { jitter } from './jitter.ts';
import { latency } from './latency.ts';
import type { Shaper } from './shaper.ts';
import { slice } from './slice.ts';
import { throttle } from './throttle.ts';

export type { Shaper } from './shaper.ts';

export type ShaperId = 'latency' | 'jitter' | 'throttle' | 'slice';

export const shapers: Readonly<Record<ShaperId, Shaper>> = { latency, jitter, throttle, slice };
