import { expect, test } from 'vitest';
import { HoldfastError } from './errors.ts';

test.each([
  ['no engine answers: is it running?', 'no engine answers: is it running? See `holdfast doctor`.'],
  ['no engine answers', 'no engine answers. See `holdfast doctor`.'],
  ['$& is not {provider}', '$& is not {provider}. See `holdfast doctor`.'],
])('what is filled in is said as it is, and ends one sentence: %s', (what, ending) => {
  const error = new HoldfastError('HF_PROVIDER_MISSING', { provider: 'It', what });
  expect(error.message).toBe(`It was asked for and is not there: ${ending}`);
});
