/**
 * Nobody gets a connection any more, and those that were open are gone: a pool finds the server full. Taken away by
 * `ALLOW_CONNECTIONS`, not by taking them all: that would befall every database of the server, and the harness too.
 * PostgreSQL refuses by SQLSTATE 55000 then, where a server without a free slot says 53300; whoever asks for a
 * connection gets none in either case.
 */
import pg from 'pg';
import { onDatabase } from './client.ts';
import type { DatabaseFault } from './fault.ts';
import { terminateAll } from './terminate.ts';

export const exhaust: DatabaseFault = {
  id: 'database-exhausted',
  at: 'database',
  about: 'The target loses its connections to the database, and gets no others (SQLSTATE 55000).',
  heals: 'when it is healed',
  async strike({ url, server }) {
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    const allow = (client: pg.Client, allowed: boolean) =>
      client.query(`ALTER DATABASE ${pg.escapeIdentifier(name)} ALLOW_CONNECTIONS ${allowed}`);
    const heal = async () => {
      await onDatabase(server.adminUrl, (client) => allow(client, true));
    };
    try {
      await onDatabase(server.adminUrl, async (client) => {
        await allow(client, false);
        await terminateAll(client, name);
      });
    } catch (error) {
      // What struck by halves is not left in force: nobody was given the means to end it.
      await heal().catch(() => {});
      throw error;
    }
    return heal;
  },
};
