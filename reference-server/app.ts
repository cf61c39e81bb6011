/** The HTTP surface: who may call what, and how errors are told. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { authenticate } from './auth.ts';
import { ApiError } from './errors.ts';
import { pageFolder, servePage } from './page.ts';
import type { Services } from './services.ts';
import { isUnavailable } from './store/database.ts';

/** s */
const RETRY_AFTER = 1;

export function createApp(services: Services): Express {
  const { config, log, parts } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response, next) => logged(log, request, response, next));
  const readJson = express.json({ limit: '1mb' });
  const routes = parts.routes(services);
  for (const route of routes) {
    const identify = (request: Request, response: Response, next: NextFunction) => {
      response.locals.user = route.public ? '' : authenticate(request, config.users);
      next();
    };
    app[route.method](route.path, identify, readJson, (request, response) =>
      route.handle(request, response, response.locals.user),
    );
  }
  for (const [path, group] of Map.groupBy(routes, (route) => route.path)) {
    const allowed = group.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
    app.route(path).all((_request, response) => {
      response.set('allow', allowed.join(', '));
      throw new ApiError('METHOD_NOT_ALLOWED');
    });
  }
  const { page, development, defects } = config;
  app.use(servePage(pageFolder, { ...page, development, defects }));
  app.use(() => {
    throw new ApiError('ROUTE_NOT_FOUND');
  });
  // Express tells an error handler by its four parameters.
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const told = toApiError(error);
    if (told.http >= 500) log.error({ err: error }, told.message);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (told.http === 503) response.set('retry-after', String(RETRY_AFTER));
    response.status(told.http).json({ error: { code: told.code, message: told.message, ...told.details } });
  });
  return app;
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isUnavailable(error)) return new ApiError('DATABASE_UNAVAILABLE', {}, { cause: error });
  // What Express and its body parser reject carries the HTTP status it stands for.
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  if (status === 413) return new ApiError('BODY_TOO_LARGE');
  if (status === 415) return new ApiError('BODY_UNSUPPORTED');
  if (error instanceof URIError) {
    const issues = [{ path: 'path', message: 'must be percent-encoded UTF-8' }];
    return new ApiError('INVALID_REQUEST', { issues });
  }
  if (status >= 400 && status < 500) return new ApiError('BODY_MALFORMED');
  return new ApiError('INTERNAL', {}, { cause: error });
}

function logged(log: Logger, request: Request, response: Response, next: NextFunction): void {
  const began = performance.now();
  response.once('close', () => {
    log.info(
      {
        method: request.method,
        path: request.path,
        status: response.statusCode,
        ms: Math.round(performance.now() - began),
        complete: response.writableFinished,
      },
      'request',
    );
  });
  next();
}
