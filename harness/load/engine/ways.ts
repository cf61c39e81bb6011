/** The way to the target, which goes and comes back with it. */
import { now } from '../../history/index.ts';
import type { Way } from './exchange.ts';

/** Streams that one source address bears beside what else there is: some 28,000 ports. */
const STREAMS_AN_ADDRESS = 20_000;

export class Ways {
  /** When the target was last there again, ms. */
  since = Number.NEGATIVE_INFINITY;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly network: number;
  private origin: URL | null = null;
  private served = Promise.withResolvers<void>();
  private readonly known = new Map<number, Way>();

  /** @param network a number of its own for each process, so that no two use the same source addresses */
  constructor(headers: Readonly<Record<string, string>>, network: number) {
    this.headers = headers;
    this.network = network;
  }

  /** @param origin null: the target is away */
  set(origin: string | null): void {
    this.origin = origin === null ? null : new URL(origin);
    this.known.clear();
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

  /** @param streams how many are open: more than one source address bears begin at another */
  next(streams: number): Way | null {
    if (!this.origin) return null;
    const nth = Math.floor(streams / STREAMS_AN_ADDRESS);
    const known = this.known.get(nth);
    if (known) return known;
    const host = this.origin.hostname.replace(/^\[(.*)\]$/, '$1');
    // The first address is the usual one; others there are on the loopback interface of Linux only.
    const from = nth === 0 ? {} : { localAddress: `127.0.${this.network}.${nth}` };
    const way = { host, port: Number(this.origin.port || 80), headers: this.headers, ...from };
    this.known.set(nth, way);
    return way;
  }
}
