import { expect, test } from 'vitest';
import { Unmet } from '../actor.ts';
import { orUnmet } from './or-unmet.ts';

const failing = (message: string) =>
  orUnmet('tab a to click', 15_000, () => Promise.reject(new Error(message))).catch((error) => error);

/** As Playwright says it: what a page could not do in its time leaves the play open, and fails nobody. */
test.each([
  'locator.click: Timeout 15000ms exceeded.\nCall log:\n  - waiting for locator',
  'page.goto: Timeout 15000ms exceeded.',
  'page.bringToFront: Timeout 15000ms exceeded.',
  'page.goto: net::ERR_CONNECTION_RESET at http://127.0.0.1:1/',
  'page.reload: Navigation to "http://127.0.0.1:1/" is interrupted by another navigation',
  'locator.click: Target frame was detached',
])('is waited for in vain: %s', async (message) => {
  const error = await failing(message);
  expect(error).toBeInstanceOf(Unmet);
  expect(error.waitedFor).toBe(`tab a to click (${message.split('\n', 1)[0]})`);
});

test.each([
  'locator.click: Error: strict mode violation: locator resolved to 2 elements',
  'page.evaluate: Target page, context or browser has been closed',
])('is a defect of the harness, and told as one: %s', async (message) => {
  const error = await failing(message);
  expect(error).not.toBeInstanceOf(Unmet);
  expect(error.message).toBe(message);
});
