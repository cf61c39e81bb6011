import { expect, test } from 'vitest';
import { API_DEFAULTS } from '../actors/api/settings.ts';
import { MOST } from '../actors/patience.ts';
import { WAIT_MS } from '../stack/llm/control.ts';

// Else a play in which the LLM is never called, or hung up on, would break the run off instead of failing.
test('what a play waits for in vain is unmet before the LLM counts as broken, however busy the machine', () => {
  expect(WAIT_MS).toBeGreaterThan(1.2 * MOST * API_DEFAULTS.waitWithin);
});
