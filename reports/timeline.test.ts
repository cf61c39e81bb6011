import { describe, expect, it } from 'vitest';
import { createSource, type Recorded } from '../harness/history/index.ts';
import { shown } from './shown.ts';
import { createSample } from './testing/sample.ts';
import { createTimelineFold } from './timeline.ts';

function timelineOf(events: readonly Recorded[], plays: string[], evidence: string[] = []) {
  const fold = createTimelineFold({ plays, evidence });
  for (const event of events) fold.push(event);
  return fold.finish();
}

describe('timeline', () => {
  const { history, results } = createSample();
  const play = 'network/api/at-end/1';
  const timeline = timelineOf(history, [play], results.scenarios[0]!.checks[0]!.evidence);
  const drawing = timeline.plays.get(play)!;
  const lane = (name: string) => drawing.lanes.find((l) => l.name === name)!;

  it('has a lane for each actor, the LLM, the process and the database, in that order', () => {
    expect(drawing.lanes.map((l) => l.name)).toEqual(['alice', 'fresh-reader', 'LLM', 'target', 'database']);
  });

  it('starts at zero and holds nothing from before or after', () => {
    expect(drawing.phases[0]).toEqual({ t: 0, name: 'play' });
    for (const { spans, marks } of drawing.lanes) {
      const times = [
        ...spans.flatMap((s) => [s.from, s.to]),
        ...Object.values(marks)
          .flat()
          .map((m) => m.t),
      ];
      for (const t of times) expect(t).toSatisfy((x: number) => x >= 0 && x <= drawing.end);
    }
  });

  it('shows what was done, held, stored and lost', () => {
    expect(lane('alice').spans.map(({ label, outcome, bad }) => ({ label, outcome, bad }))).toEqual([
      { label: 'send', outcome: 'ok', bad: false },
      { label: 'stream', outcome: 'broken', bad: true },
      { label: 'resumed at 7000:141', outcome: 'refused (404 NOT_FOUND)', bad: true },
    ]);
    expect(lane('LLM').spans.map((s) => s.kind)).toEqual(['call', 'hold']);
    expect(lane('LLM').marks.chunk).toHaveLength(13);
    expect(lane('database').marks.row.every((row) => row.bad)).toBe(true);
    expect(drawing.bands).toEqual([expect.objectContaining({ kind: 'reset', at: 'alice', live: 1 })]);
    const [band] = drawing.bands;
    expect(band!.healed! - band!.struck!).toBe(5000);
    expect(drawing.thinned).toEqual([]);
  });

  it('counts the generations of all plays and quotes the lines asked for', () => {
    expect(timeline.generations.size).toBe(8);
    expect(timeline.generations.get('tabs/api/checkpoint/1')).toBe(2);
    expect([...timeline.evidence.keys()]).toEqual(results.scenarios[0]!.checks[0]!.evidence);
    expect(timeline.evidence.values().next().value).toMatchObject({ play: 'refresh/api/at-end/1' });
  });

  it('stays small whatever comes, and says what it left out', () => {
    const events: Recorded[] = [];
    const source = createSource('harness', (event) => events.push(event)).forPlay('p');
    for (let i = 0; i < 20_000; i++) {
      const actor = `actor-${i % 50}`;
      source.record({ type: 'view.open', view: `v${i}`, actor, send: i, kind: 'live' }, { t: i });
      source.record({ type: 'seen', view: `v${i}`, send: i, how: 'append', text: 'x' }, { t: i });
      source.record({ type: 'invoke', op: `o${i}`, f: 'poll', actor: 'actor-0' }, { t: i });
      source.record({ type: 'llm.chunk', call: 'c', send: 1, attempt: 0, i }, { t: i });
      source.record({ type: 'fault', fault: `f${i}`, kind: 'reset', at: actor, state: 'struck' }, { t: i });
    }
    const full = timelineOf(events, ['p']).plays.get('p')!;
    expect(full.lanes.length).toBeLessThanOrEqual(24);
    expect(JSON.stringify(full).length).toBeLessThan(1_500_000);
    expect(full.thinned).toEqual(
      expect.arrayContaining([
        'actor-0: 19700 further spans',
        expect.stringMatching(/^LLM: \d+ of 20000 chunk marks$/),
        '27 further lanes',
        '19960 events of further faults',
      ]),
    );
  });

  it('shows of the processes the one under test, and any that came or went during the play', () => {
    const events: Recorded[] = [];
    const harness = createSource('harness', (event) => events.push(event));
    const stack = harness.forPlay('stack');
    for (const name of ['postgres', 'llm', 'target']) {
      stack.record({ type: 'process', name, pid: 1, state: 'started', planned: true }, { t: 10 });
    }
    harness.forPlay('p').record({ type: 'phase', phase: 'play' }, { t: 100 });
    stack.record({ type: 'process', name: 'llm', pid: 1, state: 'exited', planned: false }, { t: 150 });
    harness.forPlay('p').record({ type: 'phase', phase: 'done' }, { t: 200 });
    stack.record({ type: 'process', name: 'target', pid: 1, state: 'exited', planned: true }, { t: 300 });
    const template = history.find((e) => e.type === 'plan')!;
    stack.record({ ...template, sends: [] }, { t: 20 });
    const { lanes } = timelineOf(events, ['p']).plays.get('p')!;
    expect(lanes.map(({ name, spans }) => [name, spans.map((s) => s.outcome)])).toEqual([
      ['llm', ['exited']],
      ['target', ['']],
    ]);
  });

  it('leaves out a play of which the history holds nothing', () => {
    expect(timelineOf(history, ['nowhere']).plays.size).toBe(0);
  });
});

describe('shown', () => {
  it('draws at most two troubled plays of a kind, and the first of each kind', () => {
    const { results } = createSample({ persistence: ['at-end'], repeat: 20 });
    expect([...shown(results).plays]).toEqual([
      'refresh/api/at-end/1',
      'network/api/at-end/1',
      'switch/api/at-end/1',
      'tabs/api/at-end/1',
      'refresh/api/at-end/2',
      'network/api/at-end/2',
      'switch/api/at-end/2',
      'tabs/api/at-end/2',
    ]);
  });
});
