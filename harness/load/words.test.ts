/** The words of the command line: what they mean, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HoldfastConfig, loadConfig } from '../config.ts';
import { DEFAULT_BOUNDS } from '../runs/plan.ts';
import { reference } from '../targets/reference.ts';
import { own } from './engines/own.ts';
import { bearable, parseFault } from './faults.ts';
import { parseMix } from './mix.ts';
import { parseObjective } from './objectives.ts';
import { type LoadWords, layPlan } from './options.ts';

const lay = (words: LoadWords, way = 'checkpoint', profiles: HoldfastConfig['profiles'] = {}) =>
  layPlan(words, {
    profiles,
    engine: own,
    seed: 1,
    persistence: way,
    capabilities: reference.capabilities(way),
    bounds: DEFAULT_BOUNDS,
  });

const KNOWN = own.doings.map(({ id }) => id);

test('objectives', () => {
  expect(parseObjective('p99(recovery) < 500ms')).toMatchObject({
    figure: { of: 'latency', name: 'recovery', at: 0.99 },
    comparison: '<',
    limit: 500,
  });
  expect(parseObjective('p99.9(first-chunk)<=2s')).toMatchObject({
    figure: { at: 0.9990000000000001 },
    limit: 2_000,
  });
  expect(parseObjective('max(chunk-gap) < 1s')).toMatchObject({ figure: { at: 'max' } });
  expect(parseObjective('goodput > 0.99')).toMatchObject({
    figure: { of: 'number', name: 'goodput' },
    limit: 0.99,
  });
});

test('faults', () => {
  expect(parseFault('kill@30s', 60_000)).toEqual([{ kind: 'kill', at: 30_000, lasts: 0 }]);
  expect(parseFault('cut@1s:500ms', 60_000)).toEqual([{ kind: 'cut', at: 1_000, lasts: 500 }]);
  expect(parseFault('kill@20s/40s', 120_000).map(({ at }) => at)).toEqual([20_000, 60_000, 100_000]);
});

test('a fault of several instances is refused where a target is one process', () => {
  const rolling = parseFault('rolling@1s', 60_000);
  const { capabilities } = reference;
  expect(() => bearable(rolling, capabilities('checkpoint'))).not.toThrow();
  expect(() => bearable(rolling, capabilities('at-end'))).toThrow(
    /rolling needs a target that .* several processes/,
  );
  expect(() => bearable(parseFault('kill@1s', 60_000), capabilities('at-end'))).not.toThrow();
});

test('a mix', () => {
  expect(parseMix('stay=60, cut=40.5', KNOWN)).toEqual({ stay: 60, cut: 40.5 });
});

test('what is told goes before the profile, and the profile before the defaults', () => {
  const { plan, faults } = lay({ profile: 'thundering-reconnect', users: 7, chunks: '40' });
  expect([plan.users, plan.answers, plan.mix, faults.length]).toEqual([
    7,
    { chunks: 40, pace: { first: 200, gap: 250 } },
    { stay: 1 },
    1,
  ]);
  expect(lay({ profile: 'azure-code' }).plan.arrivals).toEqual({ kind: 'gamma', rate: 5, cv: 13 });
  expect(lay({ rate: 3 }).plan.arrivals).toEqual({ kind: 'constant', rate: 3 });
});

test('a profile of one’s own stands in the configuration', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-profiles-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'holdfast.config.ts');
  const write = (to: string, monday: object) =>
    writeFileSync(to, `export default ${JSON.stringify({ profiles: { monday } })};`);
  const monday = {
    what: 'Monday, nine o’clock',
    source: 'our access log',
    arrivals: 'poisson',
    rate: 30,
    users: 40,
    warmup: 0,
    duration: 9_000,
    mix: { cut: 1 },
    answers: { chunks: 'azure-code', pace: 'h100-8b' },
    faults: ['kill@3s'],
  };
  write(file, monday);
  const { profiles } = await loadConfig(file);
  const { plan, faults, profile } = lay({ profile: 'monday', rate: 7 }, 'checkpoint', profiles);
  expect(profile).toBe('monday');
  expect(plan).toMatchObject({
    arrivals: { kind: 'poisson', rate: 7 },
    ...{ users: 40, warmup: 0, duration: 9_000, mix: { cut: 1 }, answers: monday.answers },
  });
  expect(faults).toEqual([{ kind: 'kill', at: 3_000, lasts: 0 }]);
  expect(() => lay({ profile: 'tuesday' }, 'checkpoint', profiles)).toThrow(/Known: azure-conv.*, monday/);
  const another = join(folder, 'another.config.ts');
  write(another, { ...monday, rate: -1 });
  await expect(loadConfig(another)).rejects.toThrow(/profiles\.monday\.rate/);
});

test('what a profile does later than a shorter run lasts is left out', () => {
  expect(lay({ profile: 'soak', duration: 30_000, warmup: 0 }).faults.map(({ kind }) => kind)).toEqual([
    'cut',
  ]);
});

test('what the target cannot do is left out of the mix, unless it was asked for', () => {
  expect(lay({}, 'at-end').plan.mix).not.toHaveProperty('stop');
  expect(() => lay({ mix: 'stop=1' }, 'at-end')).toThrow(/--mix asks for stop, but the target cannot stop/);
});

describe('refused, with what is allowed', () => {
  test.for([
    [() => parseObjective('p99(recovery) < 500'), /needs a unit/],
    [() => parseObjective('p99(recover) < 5ms'), /no latency "recover" \(known: first-chunk/],
    [() => parseObjective('losses == 0'), /no figure "losses" \(known: lost/],
    [() => parseObjective('lost = 0'), /cannot be read/],
    [() => parseFault('kill', 9), /kill@30s/],
    [() => parseFault('burn@1s', 9_000), /no fault for a load "burn". Known: cut, kill/],
    [() => parseFault('kill@9s', 9_000), /after the end of the run/],
    [() => parseMix('stay', KNOWN), /weight for each behaviour/],
    [() => parseMix('nap=1', KNOWN), /no behaviour "nap". Known: stay/],
    [() => parseMix('stay=1,stay=2', KNOWN), /stay twice/],
    [() => parseMix('stay=0', KNOWN), /weight above 0/],
    [() => lay({ arrivals: 'tidal' }), /no kind of arrivals "tidal". Known: closed/],
    [() => lay({ arrivals: 'gamma' }), /coefficient of variation/],
    [() => lay({ arrivals: 'step:4' }), /step:40@30s/],
    [() => lay({ arrivals: 'trace:/nowhere' }), /cannot be read/],
    [() => lay({ arrivals: 'closed', rate: 3 }), /--rate has no meaning/],
    [() => lay({ chunks: '1' }), /a number from 2/],
    [() => lay({ gap: '50' }), /a time as 250ms/],
    [() => lay({ profile: 'flood' }), /no load profile "flood". Known: azure-conversation/],
  ] as [() => unknown, RegExp][])('%s', ([words, says]) => expect(words).toThrow(says));
});
