import { describe, expect, it } from 'vitest';
import { upperBoundOfZero } from '../../harness/runs/bound.ts';
import type { Results } from '../../harness/runs/results.ts';
import { oracleText } from '../../mock-llm/oracle.ts';
import { shown } from '../shown.ts';
import { createSample, type Sample } from '../testing/sample.ts';
import { createLoadSample } from '../testing/sample-load.ts';
import { type Element, elements, parseXml, textOf } from '../testing/xml.ts';
import { createTimelineFold } from '../timeline.ts';
import { renderReport } from './report.ts';
import { tickStep } from './swim-lanes.ts';

function render({ results, history }: Sample): string {
  const fold = createTimelineFold(shown(results));
  for (const event of history) fold.push(event);
  return renderReport(results, fold.finish());
}

/** The report's own HTML is written so that it is XML but for its head. */
function parse(report: string): Element {
  return parseXml(report.slice(report.indexOf('<body>'), report.indexOf('</html>')));
}

function section(report: string, id: string): Element | undefined {
  return [...elements(parse(report), 'section')].find((s) => s.attributes.id === id);
}

/** The texts of a table, row by row. */
function rows(within: Element | undefined): string[][] {
  return [...elements(within!, 'tr')].map((row) =>
    row.children.map((cell) => textOf(cell).replace(/\s+/g, ' ').trim()),
  );
}

describe('renderReport', () => {
  const report = render(createSample());

  it('is well-formed, with each id once and every link leading somewhere', () => {
    const all = [...elements(parse(report))];
    const ids = all.flatMap((e) => e.attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = all.flatMap((e) => (e.name === 'a' ? [e.attributes.href!] : []));
    expect(links.length).toBeGreaterThan(20);
    const leftByPlays = createSample().results.scenarios.flatMap(({ artifacts }) => artifacts);
    expect(leftByPlays).not.toEqual([]);
    // What plays in a browser left lies beside the report; everything else is in it.
    for (const file of leftByPlays) expect(links).toContain(file);
    for (const link of links) if (!leftByPlays.includes(link)) expect(ids).toContain(link.slice(1));
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(report).not.toMatch(/<script|<link|<img|<iframe|@import|\son\w+=|https?:/i);
    expect(report.match(/url\([^)]*\)/g)).toEqual(['url(#hatch)']);
    expect(report).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('puts before and after side by side, with words beside the marks', () => {
    expect(rows(section(report, 'overview'))).toEqual([
      ['Scenario', 'at-end', 'checkpoint'],
      [
        'Refresh during generation refresh api',
        expect.stringMatching(/^✗ fail in the database: no-loss, /),
        '✓ pass',
      ],
      ['Network interruption network api', expect.stringMatching(/^✗ fail/), '✓ pass'],
      ['Session switch switch api', expect.stringMatching(/^✗ fail/), '✓ pass'],
      ['Concurrent tabs tabs api', '? unknown coverage', '? unknown coverage'],
    ]);
  });

  it('says first what was lost and where, and how long it took to go on', () => {
    const first = (text: string) =>
      [...elements(parse(text))]
        .filter(({ name, attributes }) => name === 'dl' && attributes.class === 'key')
        .flatMap((key) => [...elements(key)])
        .filter(({ name }) => name === 'dt' || name === 'dd')
        .map((part) => textOf(part).trim());
    expect(first(report)).toEqual([
      'Lost',
      'at-end text in 3 of 4 plays in the database',
      'checkpoint nothing of 5 answers so at most 45.1 % lose text (95 %)',
      'Network back, until there was new text',
      'checkpoint 11.4 ms once',
    ]);
    const sample = createSample();
    expect(first(render({ ...sample, results: { ...sample.results, load: createLoadSample() } }))).toEqual([
      'Lost',
      'text in 1 of 120 visits 19200 chunks compared, each with what the LLM said',
      'Faults',
      '1 strike hit 45 live streams',
      'Recovery, to the first new chunk',
      '12 ms median of 45; p99 40 ms, at most 44 ms',
    ]);
  });

  it('shows every checker in every scenario, each kind of verdict by its own mark', () => {
    const matrix = rows(section(report, 'matrix'));
    expect(matrix).toHaveLength(2 + 17);
    const marks = (id: string) =>
      matrix
        .find(([name]) => name!.startsWith(`${id} `))!
        .slice(1)
        .map((cell) => cell[0]);
    expect(marks('no-loss')).toEqual(['✗', '✓', '✗', '✓', '✗', '✓', '✓', '✓']);
    expect(marks('cursor-exact')).toEqual(['–', '✓', '–', '✓', '–', '✓', '–', '✓']);
    expect(marks('coverage')).toEqual(['✓', '✓', '✓', '✓', '✓', '✓', '?', '?']);
  });

  it('tells for each failure what was lost, where, and quotes the history', () => {
    const text = textOf(section(report, 'findings')!);
    expect(text).toContain('in the database: the LLM gave it, the database does not hold it.');
    expect(text).toContain('no row of the answer; first missing: chunk 0, offset 0');
    expect(text).toMatch(/harness#\d+\s*\{"type":"row".*"state":"absent"/);
    expect(text).toContain("reset alice's stream after chunk 12; heal 5 s later");
  });

  it('never prints a bare zero', () => {
    const { results, history } = createSample({ persistence: ['checkpoint'], repeat: 20 });
    expect(rows(section(render({ results, history }), 'zero'))).toEqual([
      ['Scenario', 'Persistence', 'Lost', 'Loss, upper bound (95 %)'],
      ['refresh api', 'checkpoint', '0 of 20 generations', '14.0 %'],
      ['network api', 'checkpoint', '0 of 20 generations', '14.0 %'],
      ['switch api', 'checkpoint', '0 of 20 generations', '14.0 %'],
      ['tabs api', 'checkpoint', '0 of 40 generations', '7.3 %'],
    ]);
    expect(rows(section(report, 'zero'))).toContainEqual([
      'refresh api',
      'at-end',
      'text in 1 of 1 play',
      'not bounded: text was lost',
    ]);
  });

  it('draws the lanes with an axis, a band for the fault, and a description for who cannot see them', () => {
    const play = [...elements(parse(report), 'figure')].find(
      (f) => f.attributes.id === 't-network_api_checkpoint_1',
    )!;
    const labels = [...elements(play, 'svg')].map((svg) => svg.attributes['aria-label']);
    expect(labels).toEqual([
      expect.stringMatching(/^Time axis, 0 to \d+ ms$/),
      'Faults: reset at alice',
      'alice: 1 operation, 2 streams, 13 chunk marks, 1 end',
      'fresh-reader: 1 operation, 1 chunk mark',
      'LLM: 1 call, 1 hold, 40 chunk marks',
      'target: running',
      expect.stringMatching(/^database: 10 stored states$/),
    ]);
    const bands = [...elements(play, 'rect')].filter((r) => r.attributes.class === 'band');
    expect(bands).toHaveLength(labels.length - 1);
    for (const shape of elements(play, 'rect')) {
      const [x, width] = [Number(shape.attributes.x), Number(shape.attributes.width)];
      expect(x >= 0 && width > 0 && x + width <= 1042).toBe(true);
    }
  });

  it('draws a load run over time, with faults as bands, and says what its zeros are worth', () => {
    const sample = createSample();
    const text = render({ ...sample, results: { ...sample.results, load: createLoadSample() } });
    const part = section(text, 'load')!;
    const charts = [...elements(part, 'svg')].flatMap((svg) => svg.attributes['aria-label'] ?? []);
    expect(charts).toEqual([
      'At once: open streams at most 45 count, visits at most 50 count',
      'Chunks: chunks at most 180 a second',
      'Visits that lost something: lost at most 1 so far',
      'To the first chunk: p50 at most 230 ms, p99 at most 260 ms',
      'Recovery, to the first new chunk: p50 at most 12 ms, p99 at most 40 ms',
      'Memory of each process: llm at most 60 MiB, target at most 124 MiB',
      'The generator itself: its event loop was late by: p99 of the slowest worker at most 6 ms',
    ]);
    const bands = [...elements(part, 'rect')].filter((r) => r.attributes.class === 'band');
    expect(bands).toHaveLength(charts.length);
    for (const { attributes } of bands) {
      const [x, width] = [Number(attributes.x), Number(attributes.width)];
      // 20 s to 22 s of 30.
      expect([Math.round(x), Math.round(width)]).toEqual([607, 55]);
    }
    const table = rows(part);
    expect(table).toContainEqual(['cut', '45', '0', '6.5 %']);
    expect(table).toContainEqual(['none: left alone', '75', '1', 'not bounded: text was lost']);
    expect(table).toContainEqual(['p99(switch) < 1s', 'no sample', 'unknown']);
    expect(table).toContainEqual(['100', 'broke', 'lost == 0: 1']);
    expect(table).toContainEqual(['llm', '60', '0 ± 0.1', 'flat']);
    expect(table).toContainEqual(['target', '122', '0.5 ± 2', 'not known']);
    expect(textOf(part)).toContain('Generator saturated: users came late');
  });

  it('draws no line beyond the end of its axis, also of processes that are looked at for longer', () => {
    const sample = createSample();
    const load = createLoadSample();
    const last = load.processes.at(-1)!;
    const processes = [...load.processes, { ...last, at: last.at + 2 }];
    const part = section(
      render({ ...sample, results: { ...sample.results, load: { ...load, processes } } }),
      'load',
    )!;
    const places = [...elements(part, 'path')].flatMap(({ attributes }) =>
      [...(attributes.d ?? '').matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x)),
    );
    expect(Math.max(...places)).toBe(882);
  });

  it('does not believe a word of what it quotes', () => {
    const hostile = `</style><script>alert(1)</script>"' onload=x \u202e\u0000 ${oracleText(3, 0, 300)}`;
    const { results, history } = createSample();
    const check = { ...results.scenarios[0]!.checks[0]!, expected: hostile, actual: hostile };
    const scenarios: Results['scenarios'] = results.scenarios.map((s) => ({
      ...s,
      title: hostile,
      reason: hostile,
      strikes: [hostile],
      checks: s.checks.map((c) => (c.verdict === 'fail' ? { ...check, id: c.id } : c)),
    }));
    const environment = { ...results.environment, os: hostile, target: hostile };
    const text = render({
      history,
      results: { ...results, run: hostile, command: hostile, environment, scenarios },
    });
    expect(() => parse(text)).not.toThrow();
    expect(text).not.toContain('<script');
    expect(text).not.toMatch(/[\u202e\0]/);
    expect(text.match(/<\/style>/g)).toHaveLength(1);
  });

  it('says so where the harness failed before anything was known', () => {
    const { results } = createSample();
    const failed: Results = {
      ...results,
      verdict: 'unknown',
      scenarios: [],
      failure: { code: 'HF_POSTGRES_UNAVAILABLE', message: 'PostgreSQL did not start' },
    };
    const text = textOf(parse(render({ results: failed, history: [] })));
    expect(text).toContain('The harness failed: this run proves nothing.');
    expect(text).toContain('exit code 70');
    expect(text).toContain('PostgreSQL did not start');
  });

  it('stays small with long answers and many repetitions', () => {
    const long = createSample({ persistence: ['checkpoint'], chunks: 1000 });
    expect(render(long).length).toBeLessThan(700_000);
    expect(render(long)).toContain('Left out to keep this file small');
    expect(render(createSample({ repeat: 20 })).length).toBeLessThan(1_000_000);
  });
});

describe('upperBoundOfZero', () => {
  it.each([
    [1, 0.95],
    [20, 0.1391],
    [300, 0.00994],
    [1_000_000, 0.000003],
  ])('of %d tries is %d', (n, bound) => {
    expect(upperBoundOfZero(n)).toBeCloseTo(bound, 4);
  });
});

describe('tickStep', () => {
  it.each([
    [0.5, 1],
    [10, 1],
    [873, 100],
    [5800, 1000],
    [10_001, 2000],
    [61_000, 10_000],
  ])('of %d ms is %d', (end, step) => {
    expect(tickStep(end)).toBe(step);
  });
});
