/** The cursor of a stream: which message, and how much of its text whoever holds the cursor has, in UTF-16 units. */
import { ApiError } from '../errors.ts';

const CURSOR = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(0|[1-9][0-9]{0,9})$/i;

export function formatCursor(message: string, length: number): string {
  return `${message}:${length}`;
}

/**
 * The length that a cursor of this message names.
 *
 * @throws ApiError where it is not a cursor, or one of another message
 */
export function readCursor(cursor: string, message: string): number {
  const [, owner, length] = CURSOR.exec(cursor) ?? [];
  if (owner === undefined) throw new ApiError('CURSOR_MALFORMED');
  if (owner.toLowerCase() !== message.toLowerCase()) throw new ApiError('CURSOR_FOREIGN');
  return Number(length);
}
