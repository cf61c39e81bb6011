import { describe, expect, it } from 'vitest';
import { UNREAD } from '../harness/checkers/judge.ts';
import type { Results } from '../harness/runs/results.ts';
import { renderSummary } from './terminal.ts';
import { createSample } from './testing/sample.ts';
import { createLoadSample } from './testing/sample-load.ts';
import { columns } from './text.ts';

const plain = { color: false, width: 100 };

/** The same results, every text in them replaced. */
function withTexts(results: Results, text: string): Results {
  const play = (s: Results['scenarios'][number]) => ({
    ...s,
    reason: s.reason === null ? null : text,
    checks: s.checks.map((c) => ({ ...c, expected: text, actual: text })),
  });
  return { ...results, scenarios: results.scenarios.map(play) };
}

describe('renderSummary', () => {
  it('puts before and after side by side, the old way first', () => {
    const { results } = createSample({ persistence: ['checkpoint', 'at-end'] });
    const lines = renderSummary(results, plain).split('\n');
    expect(lines).toContain('scenario  driver  at-end      checkpoint');
    expect(lines).toContain('refresh   api     ✗ fail      ✓ pass');
    expect(lines).toContain('tabs      api     ? unknown   ? unknown');
  });

  it('tells of a load run what was counted, how fast, what was asked, and what a zero is worth', () => {
    const { results } = createSample();
    const lines = renderSummary({ ...results, load: createLoadSample() }, plain).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '120 visits, 120 answers, 19200 chunks checked; 1 lost something, 0 refused',
        expect.stringMatching(/^generator saturated: users came late/),
        'recovery     p50 12 ms  p99 40 ms  max 44 ms  n 45',
        '✗ lost == 0  (1)',
        '? p99(switch) < 1s  (no sample)',
        'limit: 50 users  (50 ✓, 100 ✗, 50 ✓)',
        'cut: 0 of 45 visits lost something; at most 6.44 % lose something (95 %)',
      ]),
    );
  });

  it('tells of a search in which nothing broke that the limit was not reached', () => {
    const { results } = createSample();
    const load = createLoadSample();
    const levels = [50, 100, 100].map((level) => ({ level, held: true, why: null }));
    const lines = renderSummary(
      { ...results, load: { ...load, search: { of: 'users', levels, limit: 100 } } },
      plain,
    );
    expect(lines).toContain('limit: at least 100 users  (50 ✓, 100 ✓, 100 ✓)');
  });

  it('says where the text was lost, what was expected, what was, and how to repeat it', () => {
    const summary = renderSummary(createSample().results, { ...plain, report: 'runs/1/report.html' });
    expect(summary).toMatch(/^✗ FAIL {2}3 of 8 plays broke an invariant\./);
    expect(summary).toContain('✗ no-loss, in the database\n');
    expect(summary).toMatch(/expected {2}the 40 chunks .*…/);
    expect(summary).toContain('actual    no row of the answer; first missing: chunk 0, offset 0');
    expect(summary).toContain(
      '? coverage\n      because   the calls of sends 7001 and 7002 never overlapped',
    );
    expect(summary).toContain('11.4 ms  recovery: to the first new chunk, api, checkpoint');
    expect(summary).toMatch(
      /report {2}runs\/1\/report\.html\nrepeat {2}holdfast verify --seed 42 .*\nexit {4}1: /,
    );
  });

  it('folds repetitions', () => {
    const { results } = createSample({ persistence: ['at-end'], repeat: 20 });
    results.scenarios[0] = { ...results.scenarios[0]!, verdict: 'pass' };
    const summary = renderSummary(results, plain);
    expect(summary).toContain('refresh   api     ✗ 1/20');
    expect(summary.match(/✗ refresh · api · at-end/g)).toHaveLength(1);
    expect(summary).toContain('✗ no-loss in 20 of 20, in the database');
  });

  it('tells once what is the same in several scenarios, and names them all', () => {
    const { results } = createSample({ persistence: ['checkpoint'] });
    const [first] = results.scenarios;
    const broken = { ...first!, verdict: 'unknown' as const, reason: 'the target died', checks: [] };
    const scenarios = [
      broken,
      { ...broken, id: 'network' },
      { ...broken, id: 'tabs', driver: 'browser' },
      { ...broken, id: 'stop', reason: 'the LLM died' },
    ];
    const summary = renderSummary({ ...results, verdict: 'unknown', scenarios }, plain);
    expect(summary).toContain(
      '? refresh · api · checkpoint\n  the target died\n  the same in 2 more: network, tabs · browser · checkpoint\n\n' +
        '? stop · api · checkpoint\n  the LLM died\n',
    );
  });

  it('says before all else where the target could not be read, and once what left several checkers without a verdict', () => {
    const { results } = createSample({ persistence: ['checkpoint'] });
    const [first] = results.scenarios;
    const doubted = (id: string) => ({
      ...first!.checks[0]!,
      id,
      verdict: 'unknown' as const,
      place: null,
      actual: 'nothing came',
    });
    const unknown = {
      ...first!,
      verdict: 'unknown' as const,
      reason: `${UNREAD} 7 times: boom.`,
      checks: [doubted('no-loss'), { ...doubted('access'), actual: 'nobody tried' }, doubted('isolation')],
    };
    const summary = renderSummary({ ...results, verdict: 'unknown', scenarios: [unknown] }, plain);
    expect(summary).toContain(
      `? refresh · api · checkpoint
  What the target said could not be read 7 times: boom.
  ? no-loss
    and isolation
      because   nothing came
  ? access
      because   nobody tried
`,
    );
  });

  it('keeps the lines of what a process said last', () => {
    const failure = {
      code: 'HF_PROCESS_DIED',
      message: 'It ended. Last it said:\n  | no key\nIts log: a.log',
    };
    const summary = renderSummary({ ...createSample().results, failure }, plain);
    expect(summary).toContain('HF_PROCESS_DIED: It ended. Last it said:\n| no key\nIts log: a.log\n');
  });

  it('says why where no checker does', () => {
    const { results } = createSample({ persistence: ['checkpoint'] });
    const [first] = results.scenarios;
    const broken: Results = {
      ...results,
      scenarios: [{ ...first!, verdict: 'unknown', reason: 'the target died', checks: [] }],
      verdict: 'unknown',
      flaws: [{ line: 7, flaw: 'unreadable-line', message: 'line 7 is not an event' }],
    };
    const summary = renderSummary(broken, plain);
    expect(summary).toContain('? refresh · api · checkpoint\n  the target died');
    expect(summary).toContain('history: line 7 is not an event');
  });

  it.each<[string, Partial<Results>, RegExp]>([
    [
      'a failure of the harness',
      { failure: { code: 'HF_PROCESS_DIED', message: 'target ended' }, scenarios: [] },
      /^✗ FAILURE {2}The harness failed[\s\S]*HF_PROCESS_DIED: target ended[\s\S]*exit {4}70/,
    ],
    [
      'an interruption',
      { failure: { code: 'INTERRUPTED', message: 'by SIGINT' } },
      /The run was interrupted[\s\S]*exit {4}130: interrupted/,
    ],
    [
      'a skip without leave',
      {
        scenarios: [],
        skipped: ['k6', 'xk6'].map((what) => ({ what, why: 'it is not there', allowed: false })),
        verdict: 'unknown',
      },
      /something asked for was skipped[\s\S]*skipped: k6, xk6, because it is not there[\s\S]*exit {4}2/,
    ],
    ['nothing played', { scenarios: [], skipped: [], verdict: 'unknown' }, /Nothing was judged/],
  ])('%s', (_, change, expected) => {
    expect(renderSummary({ ...createSample().results, ...change }, plain)).toMatch(expected);
  });

  it.each([40, 60, 80, 200])('keeps to %d columns, whatever the texts hold', (width) => {
    const { results } = createSample();
    for (const text of ['x'.repeat(500), '数据 '.repeat(200), '\u001b[2J\u202e\r\n\0 👨‍👩‍👧‍👦'.repeat(50)]) {
      const lines = renderSummary(withTexts(results, text), { color: false, width }).trimEnd().split('\n');
      // The command and the exit code are there to be copied whole, and the headline to be read.
      const bounded = lines.slice(2).filter((line) => !/^(repeat|exit) /.test(line));
      for (const line of bounded) expect(columns(line), line).toBeLessThanOrEqual(width);
      expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it('colours only when told to, and says the same', () => {
    const { results } = createSample();
    const coloured = renderSummary(results, { color: true, width: 100 });
    expect(coloured).toContain('\u001b[31m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderSummary(results, plain));
  });
});
