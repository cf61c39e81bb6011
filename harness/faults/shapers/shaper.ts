/**
 * What a bad line does to the bytes that come down to a device, without losing one. One a file; `index.ts` lists them.
 * Several compose, in the order in which they are named:
 *
 *     client ◀── slice ◀── throttle ◀── latency ◀── device listener
 */
import type { Transform } from 'node:stream';
import type { FaultInfo } from '../fault.ts';

export interface Shaper extends FaultInfo {
  at: 'device';
  /** For one connection; passes every byte on, in order, and ends after all that came before the end. */
  open(): Transform;
}
