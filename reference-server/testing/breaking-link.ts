/** A way to the database that breaks at a given message of its client, as it does when the client's process is killed. */
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

export interface BreakingLink {
  url: string;
  /** Messages of the client that have come so far. */
  messages(): number;
  close(): Promise<void>;
}

/**
 * @param at the message, from 1 on, at which both sides are closed; Infinity: none
 * @param arrives whether the server still gets that message
 */
export async function openBreakingLink(
  databaseUrl: string,
  at: number,
  arrives: boolean,
): Promise<BreakingLink> {
  const target = new URL(databaseUrl);
  let messages = 0;
  const server = net.createServer((near) => {
    const far = net.connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on('error', () => {}).once('close', () => other.destroySoon());
    far.pipe(near);
    // The client waits for the answer to each before it sends the next.
    near.on('data', (bytes) => {
      messages++;
      if (messages < at) far.write(bytes);
      else {
        if (arrives) far.end(bytes);
        near.destroy();
        if (!arrives) far.destroy();
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: url.href,
    messages: () => messages,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
