/** What becomes of a word of the ledger that comes when its visit has been judged. */
import { expect, test } from 'vitest';
import { createSource, type Recorded } from '../../history/index.ts';
import { DEFAULT_BOUNDS } from '../../runs/plan.ts';
import { type LoadPlan, seedOfAnswer } from '../plan.ts';
import { Judging } from './judging.ts';

const plan: LoadPlan = {
  seed: 3,
  users: 1,
  persistence: 'checkpoint',
  arrivals: { kind: 'closed' },
  mix: { refresh: 1 },
  answers: { chunks: 4, pace: { first: 0, gap: 0 } },
  bounds: DEFAULT_BOUNDS,
  warmup: 0,
  duration: 1_000,
  pollEvery: 2_000,
};
const send = seedOfAnswer(plan, 0, 0);

/** The LLM is called so often before the only visit is judged, and then so often. */
async function called(before: number, after: number): Promise<Judging> {
  const judging = new Judging(plan, null);
  const recorder = createSource('llm', (event: Recorded) => judging.tell(event));
  let calls = 0;
  const call = () => recorder.record({ type: 'llm.call', call: `call-${calls}`, send, attempt: calls++ });
  for (let n = 0; n < before; n++) call();
  const sessions = [{ id: 's1', sends: [send] }];
  const said = { measured: true, struck: true, whole: false, answers: 0, sessions, events: [] };
  await judging.judge({ visit: 0, behaviour: 'refresh', ...said });
  for (let n = 0; n < after; n++) call();
  return judging;
}

test.each([
  ['once, in time', 1, 0, [], []],
  ['once more', 1, 1, [send], []],
  ['for the first time', 0, 1, [], [send]],
  ['for the first time, and once more', 0, 2, [send], [send]],
])('called %s', async (_, before, after, late, tardy) => {
  const judging = await called(before, after);
  expect([judging.late, judging.tardy]).toEqual([late, tardy]);
});
