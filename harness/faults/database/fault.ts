/** What befalls a database itself, as opposed to the way there (links.ts). One a file; `index.ts` lists them. */
import type { FaultInfo } from '../fault.ts';

export interface DatabaseFault extends FaultInfo {
  at: 'database';
  /**
   * Strikes; resolves when it is in force.
   *
   * @returns how to end it; resolves when the database serves again
   * @throws NotOurs where only a server of our own can be struck so
   */
  strike(database: StruckDatabase): Promise<() => Promise<void>>;
}

export interface StruckDatabase {
  /** Leads to it past all links, as a user who may do anything in it. */
  url: string;
  /** `adminUrl` leads to another database of it; it can be killed and started again where it is ours. */
  server: { adminUrl: string; kill?(): Promise<void>; restart?(): Promise<void> };
}

/** The server is somebody else's: it is not for us to kill. */
export class NotOurs extends Error {
  override readonly name = 'NotOurs';
}
