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

/** @throws ApiError naming each field that is wrong */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ApiError('INVALID_REQUEST', { issues });
}

/** The id in the path. */
export function idOf(request: Request): string {
  const parsed = Id.safeParse(request.params.id);
  if (parsed.success) return parsed.data.toLowerCase();
  throw new ApiError('INVALID_REQUEST', { issues: [{ path: 'id', message: 'must be a UUID' }] });
}
