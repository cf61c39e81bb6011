/**
 * Where PostgreSQL comes from. One provider a file, behind this interface; which one is `choosePostgres`.
 */
import type { HoldfastError } from '../../errors.ts';
import type { Recorder } from '../../history/recorder.ts';
import type { Guardian } from '../guardian.ts';

export type ProviderName = 'external' | 'embedded' | 'testcontainers';

export interface PostgresContext {
  guardian: Guardian;
  recorder: Recorder;
  /** The server's own log, where it is ours to write. */
  logFile: string;
  /** Told when a server of ours ends although nobody asked it to. */
  onDeath?: (error: HoldfastError) => void;
}

export interface PostgresProvider {
  name: ProviderName;
  /** `why`: what was found, or what is missing. */
  available(): Promise<{ ok: boolean; why: string }>;
  start(context: PostgresContext): Promise<PostgresServer>;
}

export interface PostgresServer {
  provider: ProviderName;
  /** As it says itself, such as `18.4`. */
  version: string;
  /** Leads to a database from which others can be created. Holds a password: not for logs. */
  adminUrl: string;
  /** A new, empty database, gone after `drop`, after `stop`, and after the death of the harness. */
  createDatabase(): Promise<Database>;
  /** Kills the server as a power cut of the process would, where it is ours to kill. */
  kill?(): Promise<void>;
  /** Starts a server that was killed again, on the same port; resolves when it has recovered. */
  restart?(): Promise<void>;
  stop(): Promise<void>;
}

export interface Database {
  name: string;
  url: string;
  /** May be called again. */
  drop(): Promise<void>;
}
