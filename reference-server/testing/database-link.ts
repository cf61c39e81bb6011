/** The way to the database, that can be lost and found again. */
import { once } from 'node:events';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';

export class DatabaseLink {
  /** For whoever goes this way. */
  readonly url: string;
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  readonly #port: number;
  #server: Server;

  private constructor(target: URL, server: Server) {
    this.#target = target;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    const url = new URL(target);
    url.host = `127.0.0.1:${this.#port}`;
    this.url = url.href;
    this.#accept(server);
  }

  static async open(databaseUrl: string): Promise<DatabaseLink> {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DatabaseLink(new URL(databaseUrl), server);
  }

  /** Breaks every connection and refuses new ones. */
  async cut(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async heal(): Promise<void> {
    this.#server = net.createServer().listen(this.#port, '127.0.0.1');
    this.#accept(this.#server);
    await once(this.#server, 'listening');
  }

  #accept(server: Server): void {
    server.on('connection', (near) => {
      const far = net.connect(Number(this.#target.port), this.#target.hostname);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one
          .on('error', () => {})
          .once('close', () => {
            this.#sockets.delete(one);
            other.destroy();
          });
        one.pipe(other);
      }
    });
  }
}
