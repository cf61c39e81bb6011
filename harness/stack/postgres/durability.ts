/** What a commit of a PostgreSQL is worth: whether it is on the disk when it is answered. */
import pg from 'pg';

const SETTINGS = ['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method'] as const;

/** @returns null where it cannot be asked */
export async function durabilityOf(adminUrl: string): Promise<Record<string, string> | null> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT name, setting FROM pg_settings WHERE name = ANY($1)', [
      SETTINGS,
    ]);
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  } catch {
    return null;
  } finally {
    await client.end().catch(() => {});
  }
}
