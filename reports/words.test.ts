import { expect, test } from 'vitest';
import type { Verdict } from '../harness/checkers/checker.ts';
import { STACK_SCENARIO } from '../harness/runs/results.ts';
import { createSample } from './testing/sample.ts';
import { createLoadSample } from './testing/sample-load.ts';
import { headline, played } from './words.ts';

const { results } = createSample();

function ofLoad(verdict: Verdict, counted: { failed?: number; unknown?: number }, troubled?: string) {
  const load = createLoadSample();
  const [play] = results.scenarios;
  return {
    ...results,
    verdict,
    failure: null,
    flaws: [],
    skipped: [],
    scenarios: [{ ...play!, id: troubled ?? 'load', verdict }],
    load: { ...load, counts: { ...load.counts, failed: 0, unknown: 0, ...counted } },
  };
}

test.each([
  [ofLoad('pass', {}), 'All 120 visits kept every invariant that was judged.'],
  [ofLoad('fail', { failed: 3 }, 'cut'), '3 of 120 visits broke an invariant.'],
  [ofLoad('fail', {}, 'load'), 'The load as a whole broke an invariant.'],
  [ofLoad('fail', {}, STACK_SCENARIO), 'The visits left something behind in the stack.'],
  [ofLoad('unknown', { unknown: 2 }, 'cut'), 'Nothing can be said of 2 of 120 visits.'],
  [ofLoad('unknown', {}, 'load'), 'Nothing can be said of the load as a whole.'],
])('of a load it is said what came of its visits', (load, says) => {
  expect([headline(load), played(load)]).toEqual([says, '120 visits']);
});
