import { describe } from '../openapi.ts';
import type { Services } from '../services.ts';
import type { Route } from './route.ts';

export function metaRoutes({ db, metrics }: Services): Route[] {
  const description = describe();
  return [
    {
      method: 'get',
      path: '/health',
      public: true,
      async handle(_request, response) {
        await db.query('SELECT 1');
        response.json({ status: 'ok' });
      },
    },
    {
      method: 'get',
      path: '/metrics',
      public: true,
      handle(_request, response) {
        response.type('text/plain; version=0.0.4').send(metrics.text());
      },
    },
    {
      method: 'get',
      path: '/openapi.json',
      public: true,
      handle(_request, response) {
        response.json(description);
      },
    },
  ];
}
