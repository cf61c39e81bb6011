import pg from 'pg';
import { expect, test } from 'vitest';
import { isUnavailable } from './database.ts';

const withCode = (error: Error, code: string) => Object.assign(error, { code });
const answered = (code: string) => withCode(new pg.DatabaseError('refused', 1, 'error'), code);

test.each([
  ['a server that shuts down', answered('57P01'), true],
  ['one that has no connection left', answered('53300'), true],
  ['a unique violation', answered('23505'), false],
  ['a refused connection', withCode(new Error('connect'), 'ECONNREFUSED'), true],
  ['a broken one', new Error('Connection terminated unexpectedly'), true],
  ['a statement without an answer', new Error('Query read timeout'), true],
  ['an error that only speaks of connections', new TypeError('this.connection is undefined'), false],
  ['a body that was broken off', withCode(new Error('request aborted'), 'ECONNABORTED'), false],
  ['a thrown word', 'ECONNRESET', false],
])('%s: worth trying again: %s', (_, error, worth) => {
  expect(isUnavailable(error)).toBe(worth);
});
