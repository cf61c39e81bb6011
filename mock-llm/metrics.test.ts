import { expect, test } from 'vitest';
import { prompt, received, startRig } from './testing/rig.ts';

test('totals, as Prometheus reads them', async () => {
  const rig = await startRig();
  await received(await rig.chat(prompt(1, 30, { gap: 1 })));
  await received(await rig.chat('a title, please'));
  await (await rig.chat('[[holdfast seed=2 chunks=9 faults=error@4]]')).text();
  await rig.gate(3, 0);
  const held = await rig.chat(prompt(3, 5));
  const answer = await fetch(`${rig.url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const lines = (await answer.text()).split('\n');
  const value = (sample: string) => {
    const line = lines.find((text) => text.startsWith(`holdfast_mock_llm_${sample} `));
    return line === undefined ? undefined : Number(line.split(' ').at(-1));
  };
  expect({
    directed: value('calls_total{kind="directed"}'),
    auxiliary: value('calls_total{kind="auxiliary"}'),
    completed: value('calls_ended_total{how="completed"}'),
    fault: value('calls_ended_total{how="fault"}'),
    active: value('calls_active'),
    chunks: value('chunks_total'),
    error: value('faults_total{fault="error"}'),
    paced: value('lateness_seconds_count'),
    all: value('lateness_seconds_bucket{le="+Inf"}'),
    dropped: value('ledger_dropped_total{what="calls"}'),
  }).toEqual({
    directed: 3,
    auxiliary: 1,
    completed: 2,
    fault: 1,
    active: 1,
    chunks: 30 + 6 + 4,
    error: 1,
    paced: 30,
    all: 30,
    dropped: 0,
  });
  const { calls } = await rig.ledger();
  expect(value('chunk_bytes_total')).toBe(calls.reduce((sum, { bytes }) => sum + bytes, 0));
  // Every line is a comment or a sample.
  for (const line of lines)
    expect(line).toMatch(/^$|^# (HELP|TYPE) \w+ .+$|^\w+(\{\w+="[^"]+"\})? [\d.e+-]+$/);
  await held.body!.cancel();
});
