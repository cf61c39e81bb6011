import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FaultInfo, StrikeStyle } from '../fault.ts';

/** A way of ending a live exchange on the client's side. One a file; `index.ts` lists them. */
export interface Cut extends FaultInfo {
  id: StrikeStyle;
  at: 'device';
  /** It needs the next frame, and strikes when that comes. */
  tearsNextFrame?: true;
  /** It ends nothing: it garbles the next frames with text in a stream that goes on. */
  garbles?: Garbling;
  /** The connection stays as it is, and the target is told nothing, until the device heals. */
  keepsOpen?: true;
  /** The connection stays until its reader leaves it; nothing but signs of life comes by it any more. */
  keepsAlive?: true;
  /** The body ends as a whole one does: its reader is told of no error. */
  endsCleanly?: true;
  /**
   * Ends the exchange; settles when that is done. Everything before it was written to the response.
   *
   * @param torn first half of the next frame, for those who asked for it
   */
  apply(client: ClientSide, torn?: Buffer): Promise<void>;
}

export interface Garbling {
  /** Frames with text that it needs. */
  frames: 1 | 2;
  /** What is passed on in their place, in order; one of them that is not among it is lost. */
  passes(frames: readonly Uint8Array[]): Uint8Array[];
}

export interface ClientSide {
  response: ServerResponse;
  socket: Socket;
}
