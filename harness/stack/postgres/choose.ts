import { embedded } from './embedded.ts';
import { external } from './external.ts';
import type { PostgresProvider, ProviderName } from './provider.ts';
import { testcontainers } from './testcontainers.ts';

export const PROVIDERS: readonly PostgresProvider[] = [external, embedded, testcontainers];

/** `auto`: the server of DATABASE_URL where that is set, else the embedded one. Containers only where asked for. */
export function choosePostgres(asked: ProviderName | 'auto'): PostgresProvider {
  const name = asked !== 'auto' ? asked : process.env.DATABASE_URL ? 'external' : 'embedded';
  return PROVIDERS.find((provider) => provider.name === name)!;
}
