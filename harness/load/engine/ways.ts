/**
 * The way to the target, which goes and comes back with it; and where from. One source address has no more than some
 * 28,000 ports to one place, so that who opens more connections takes others:
 *
 *     the usual one     as many as fall to this process, for all processes have the same
 *     127.0.<n>.1 …     its own, as many as are needed; on the loopback interface of Linux only
 */
import { now } from '../../history/index.ts';
import type { Source, Way } from './exchange.ts';

/** Connections that one source address bears beside what else there is. */
const MOST = 20_000;
/** Of 127.0.<n>.1 to .254. */
const OWN_ADDRESSES = 254;

export interface WaysSetup {
  /** Sent along with each request. */
  headers: Readonly<Record<string, string>>;
  /** Which of how many processes it is, from 1: no two use the same addresses of their own. */
  process: number;
  processes: number;
  /** Default: 20,000 connections an address. */
  most?: number;
}

export class Ways {
  /** When the target was last there again, ms. */
  since = Number.NEGATIVE_INFINITY;
  private readonly setup: WaysSetup;
  private readonly sources: Source[] = [{ address: undefined, open: 0 }];
  private origin: URL | null = null;
  private served = Promise.withResolvers<void>();
  private current: Way | null = null;

  constructor(setup: WaysSetup) {
    this.setup = setup;
  }

  /** @param origin null: the target is away */
  set(origin: string | null): void {
    this.origin = origin === null ? null : new URL(origin);
    this.current = null;
    if (origin === null) {
      this.served = Promise.withResolvers();
      return;
    }
    this.since = now();
    this.served.resolve();
  }

  get isOpen(): boolean {
    return this.origin !== null;
  }

  whenServed(): Promise<void> {
    return this.served.promise;
  }

  /** The way of the next connection; null: the target is away. */
  next(): Way | null {
    if (!this.origin) return null;
    const source = this.freeSource(this.origin);
    if (this.current?.source === source) return this.current;
    const host = this.origin.hostname.replace(/^\[(.*)\]$/, '$1');
    this.current = {
      host,
      port: Number(this.origin.port || 80),
      headers: this.setup.headers,
      source,
    };
    return this.current;
  }

  private freeSource({ hostname }: URL): Source {
    const { sources } = this;
    const { process, processes, most = MOST } = this.setup;
    const free = sources.find(({ open }, n) => open < (n === 0 ? most / processes : most));
    if (free) return free;
    // Only from loopback to loopback; otherwise the usual address must do, and its failures be seen.
    if (!hostname.startsWith('127.') || sources.length > OWN_ADDRESSES) return sources[0]!;
    const own = { address: `127.0.${process}.${sources.length}`, open: 0 };
    sources.push(own);
    return own;
  }
}
