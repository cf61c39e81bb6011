import type { Request } from 'express';
import { ApiError } from './errors.ts';

/**
 * The user whose token the request carries.
 *
 * @throws ApiError where there is none, or nobody's
 */
export function authenticate(request: Request, users: ReadonlyMap<string, string>): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  const user = token === undefined ? undefined : users.get(token);
  if (user === undefined) throw new ApiError('UNAUTHENTICATED');
  return user;
}
