import { describe, expect, test } from 'vitest';
import { FaultSources, readFaultsFile } from './fault-sources.ts';
import { formatTimeline, parseTimeline } from './faults/timeline.ts';
import { startRig } from './testing/rig.ts';

const file = () => readFaultsFile('faults.json', '{ "all": "pause@1:1", "seeds": { "z": "pause@2:2" } }');
const directive = (seed: number, faults: string | null = null) => ({
  seed,
  faults: faults === null ? null : parseTimeline(faults),
});

describe('who says it first, says it whole', () => {
  test.each<
    [
      what: string,
      seed: number,
      prompt: string | null,
      header: string | undefined,
      admin: boolean,
      taken: string,
    ]
  >([
    ['the prompt', 35, 'pause@9:9', 'pause@8:8', true, 'pause@9:9'],
    ['the prompt, by saying none', 35, 'none', 'pause@8:8', true, 'none'],
    ['the header', 35, null, ' pause@8:8 ', true, 'pause@8:8'],
    ['the admin API for the seed', 35, null, undefined, true, 'pause@7:7'],
    ['the admin API for all', 1, null, undefined, true, 'pause@6:6'],
    ['the file for the seed', 35, null, undefined, false, 'pause@2:2'],
    ['the file for all', 1, null, undefined, false, 'pause@1:1'],
  ])('%s', (_, seed, prompt, header, admin, taken) => {
    const sources = new FaultSources(file());
    if (admin) {
      sources.set(35, parseTimeline('pause@7:7'));
      sources.set(null, parseTimeline('pause@6:6'));
    }
    expect(formatTimeline(sources.of(directive(seed, prompt), header))).toBe(taken);
  });

  test('a call without a directive: the header, and nobody else', () => {
    const sources = new FaultSources(file());
    expect(formatTimeline(sources.of(null, undefined))).toBe('none');
    expect(formatTimeline(sources.of(null, 'reset@1'))).toBe('reset@1');
  });
});

test.each<[text: string, says: string]>([
  ['{', 'faults.json cannot be used'],
  ['{ "any": 1 }', 'there is no "any" in it'],
  ['{ "all": 1 }', 'a timeline is a text, not 1'],
  ['{ "all": "explode@1" }', 'there is no fault "explode"'],
  ['{ "seeds": { "Z": "none" } }', 'not "Z"'],
])('a file of %s is refused', (text, says) => {
  expect(() => readFaultsFile('faults.json', text)).toThrow(says);
});

test('the admin API sets, shows and forgets', async () => {
  const rig = await startRig();
  const put = async (path: string, faults: unknown) => {
    const answer = await fetch(`${rig.url}/admin/faults${path}`, {
      method: 'PUT',
      body: JSON.stringify({ faults }),
    });
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  expect(await put('/35', '503')).toEqual({ status: 200, seed: 35, faults: '503' });
  expect(await put('', '500')).toEqual({ status: 200, seed: null, faults: '500' });
  const ask = async (seed: string) => (await rig.chat(`[[holdfast seed=${seed} chunks=3]]`)).status;
  expect(await ask('z')).toBe(503);
  expect(await ask('1')).toBe(500);
  expect(await put('', null)).toMatchObject({ faults: null });
  expect(await ask('1')).toBe(200);
  expect(await put('/35', 'explode@1')).toMatchObject({ status: 400 });
  expect(await put('/35', 7)).toMatchObject({ status: 400 });
  expect(await ask('z')).toBe(503);
});

test('the header strikes a call without a directive', async () => {
  const rig = await startRig();
  const answer = await fetch(`${rig.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'x-holdfast-faults': '429:9' },
    body: JSON.stringify({ model: 'any', messages: [{ role: 'user', content: 'a title, please' }] }),
  });
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe('9');
});
