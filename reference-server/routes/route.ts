import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ApiError } from '../errors.ts';
import { Id } from '../schemas.ts';

export interface Route {
  method: 'get' | 'post';
  /** With parameters as `:name`. */
  path: string;
  /** Answers without a token; the user is empty then. */
  public?: true;
  handle(request: Request, response: Response, user: string): Promise<void> | void;
}

/**
 * The body as the schema wants it; none counts as an empty object.
 *
 * @throws ApiError naming each field that is wrong, or where there is a body of a type that is not read
 */
export function bodyOf<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  if (request.body === undefined && hasBody(request)) throw new ApiError('BODY_UNSUPPORTED');
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ApiError('INVALID_REQUEST', { issues });
}

/** The id that stands in the path under this name. */
export function idOf(request: Request, name: 'id' | 'session_id'): string {
  const parsed = Id.safeParse(request.params[name]);
  if (parsed.success) return parsed.data.toLowerCase();
  throw new ApiError('INVALID_REQUEST', { issues: [{ path: name, message: 'must be a UUID' }] });
}

/** By the two headers that announce one (RFC 9112, 6.3). */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
