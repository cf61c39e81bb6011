import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FaultInfo, StrikeStyle } from '../fault.ts';

/** A way of ending a live exchange on the client's side. One a file; `index.ts` lists them. */
export interface Cut extends FaultInfo {
  id: StrikeStyle;
  at: 'device';
  /** It needs the next frame, and strikes when that comes. */
  tearsNextFrame?: true;
  /** It ends nothing: it takes the next frame with text out of the stream, which goes on. */
  takesOut?: true;
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

export interface ClientSide {
  response: ServerResponse;
  socket: Socket;
}
