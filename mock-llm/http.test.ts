import { expect, test } from 'vitest';
import { isLoopback } from './http.ts';

test.each<[address: string | undefined, loopback: boolean]>([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['1270.0.0.1', false],
  ['10.127.0.0.1', false],
  ['fe80::1', false],
  ['::', false],
  ['', false],
  [undefined, false],
])('%s: %s', (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});
