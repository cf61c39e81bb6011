/**
 * Who asks again and again says by `If-None-Match` what it has: where that has not changed, 304 says so, and no content
 * is read for it (RFC 9110, 13.1.2).
 */
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Stamp } from '../store/messages.ts';

export function etagOf(rows: readonly Stamp[]): string {
  const hash = createHash('sha1');
  for (const { id, version } of rows) hash.update(`${id} ${version}\n`);
  return `"${hash.digest('base64url')}"`;
}

/** Whether it has anything to compare with. */
export function asksForNews(request: Request): boolean {
  return request.get('if-none-match') !== undefined;
}

/** Answers 304 where the asker has just these. @returns whether it did */
export function nothingNew(request: Request, response: Response, rows: readonly Stamp[]): boolean {
  tell(response, rows);
  const has = request.get('if-none-match')?.split(/\s*,\s*/) ?? [];
  const etag = String(response.get('etag'));
  // What a proxy on the way has made weak is as good: the same rows have the same body.
  if (!has.some((one) => one === '*' || one.replace(/^W\//, '') === etag)) return false;
  response.status(304).end();
  return true;
}

/** Names what is answered with these rows. A cache may keep it for its user, and must ask each time. */
export function tell(response: Response, rows: readonly Stamp[]): void {
  response.set({ etag: etagOf(rows), 'cache-control': 'private, no-cache', vary: 'authorization' });
}
