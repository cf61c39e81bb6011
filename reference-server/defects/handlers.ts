/** What defects of access have in common: one call answers without asking whose it is. */
import type { Parts } from '../parts.ts';
import type { Route } from '../routes/route.ts';
import type { Services } from '../services.ts';

/** Exchanges what answers one call. */
export function withHandler(
  parts: Parts,
  method: Route['method'],
  path: string,
  handle: (services: Services, ...request: Parameters<Route['handle']>) => ReturnType<Route['handle']>,
): Parts {
  return {
    ...parts,
    routes: (services) =>
      parts
        .routes(services)
        .map((route) =>
          route.method === method && route.path === path
            ? { ...route, handle: (...request) => handle(services, ...request) }
            : route,
        ),
  };
}
