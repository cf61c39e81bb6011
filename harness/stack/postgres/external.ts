/** A server that is there already, by DATABASE_URL. Nothing on it is touched but databases of our own. */
import { HoldfastError } from '../../errors.ts';
import { createDatabase, serverVersion } from './databases.ts';
import type { PostgresProvider } from './provider.ts';

export const external: PostgresProvider = {
  name: 'external',
  async available() {
    const url = process.env.DATABASE_URL;
    if (!url) return { ok: false, why: 'DATABASE_URL is not set' };
    try {
      return { ok: true, why: `PostgreSQL ${await serverVersion(url)} by DATABASE_URL` };
    } catch (error) {
      return { ok: false, why: `DATABASE_URL is set, but: ${(error as Error).message}` };
    }
  },
  async start({ guardian }) {
    const adminUrl = process.env.DATABASE_URL;
    if (!adminUrl) {
      throw new HoldfastError('HF_PROVIDER_MISSING', {
        provider: 'PostgreSQL (external)',
        what: 'DATABASE_URL is not set',
      });
    }
    const connecting = <T>(work: Promise<T>): Promise<T> =>
      work.catch((error: Error) => {
        throw new HoldfastError('HF_POSTGRES_CONNECT', { what: error.message }, { cause: error });
      });
    if (URL.parse(adminUrl)?.hostname === '' || URL.parse(adminUrl)?.searchParams.has('host')) {
      throw new HoldfastError('HF_POSTGRES_CONNECT', {
        what: 'it must name a host and a port, not a socket file',
      });
    }
    const version = await connecting(serverVersion(adminUrl));
    const created = new Set<{ drop(): Promise<void> }>();
    return {
      provider: 'external',
      version,
      adminUrl,
      async createDatabase() {
        const database = await connecting(createDatabase(adminUrl, guardian));
        created.add(database);
        return database;
      },
      async stop() {
        for (const database of created) await database.drop();
      },
    };
  },
};
