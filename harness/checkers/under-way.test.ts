import { describe, expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import { BOUNDS, failures, type Setting, SPEC, type Story, story } from './testing/history.ts';

const text = (to: number, from = 0, attempt = 0) => oracleText(SPEC.seed, attempt, to, SPEC.mode, from);
const GENERATING = { state: 'generating' } as const;
const AT_END = { capabilities: { checkpointEvery: null, checkpointWithin: null } } as const;
const GOES_ON = { capabilities: { afterCrash: 'continues' } } as const;
const UNENDED = ['eventual-end/terminal', 'eventual-end/view'];

/** The LLM has said all, and somebody who watches has nine chunks of twelve. */
const behind = (setting?: Setting) => story(setting).asks().calls().opens('a').speaks(12).shows('a', 9);
/** Looked at in the end, of an answer that no call of the LLM belongs to. */
const lookedAt = (told: Story, kept: string) =>
  told
    .by('runner', { type: 'phase', phase: 'heal' })
    .passes(BOUNDS.end + 1_000)
    .by('runner', { type: 'phase', phase: 'read' })
    .reads(kept, 'generating')
    .row(kept, 'generating', { final: true })
    .isDone();
const killed = (setting?: Setting) =>
  behind(setting).target('killed').hangsUp('aborted').disconnects('a').target('ready');

describe('an answer that is only late is lost to nobody', () => {
  test.each<[string, () => Story]>([
    ['of which all that was seen is kept', () => behind().finishes({ ...GENERATING, text: text(9) })],
    [
      'of which the checkpoint interval of what was seen is not saved',
      () => behind().finishes({ ...GENERATING, text: text(4) }),
    ],
    [
      'that grows between two of the last looks',
      () => behind().finishes({ ...GENERATING, fresh: text(6), row: text(8) }),
    ],
    [
      'that was saved to the very place before',
      () =>
        behind()
          .row(text(7), 'generating')
          .finishes({ ...GENERATING, text: text(7) }),
    ],
    ['for which the LLM was not called yet', () => lookedAt(story().asks().opens('a'), '')],
    [
      'that is asked for once more, and saved anew',
      () =>
        killed(GOES_ON)
          .calls(1)
          .closes('a', 'refresh')
          .opens('b')
          .speaks(12)
          .hangsUp()
          .sees('b', text(2, 0, 1))
          .finishes({ ...GENERATING, text: text(2, 0, 1) }),
    ],
    [
      'that nobody goes on with yet, of a target that promises to',
      () =>
        killed(GOES_ON)
          .connects('a', null)
          .finishes({ ...GENERATING, text: text(9) }),
    ],
    [
      'of which the LLM had failed',
      () =>
        story({ sends: [{ ...SPEC, faults: 'error@7' }] })
          .asks()
          .calls()
          .opens('a')
          .speaks(7)
          .shows('a', 5)
          .strikes()
          .hangsUp('fault')
          .finishes({ ...GENERATING, text: text(5) }),
    ],
  ])('%s', (_, told) => {
    const verdict = told().judged();
    expect(failures(verdict)).toEqual(UNENDED);
    expect(verdict.checks.find(({ id }) => id === 'no-loss')!.verdict).toBe('unknown');
  });

  test.each([
    ['the same text, which is judged', text(9), 'pass'],
    ['another text, of which nothing is known', text(8), 'unknown'],
  ])('and all may hold %s', (_, row, expected) => {
    const verdict = behind()
      .finishes({ ...GENERATING, text: text(9), row })
      .judged();
    expect(verdict.checks.find(({ id }) => id === 'convergence')!.verdict).toBe(expected);
  });

  test('that is saved at its end, and still streams', () => {
    const told = behind(AT_END).finishes({ state: 'absent', text: '' });
    expect(failures(told.judged()).filter((clause) => !clause.startsWith('eventual-end'))).toEqual([]);
  });
});

describe('lost is, of an answer that is late,', () => {
  test.each<[string, () => Story, string[]]>([
    [
      'what had been saved',
      () =>
        behind()
          .row(text(8), 'generating')
          .finishes({ ...GENERATING, text: text(7) }),
      ['no-loss/late-kept'],
    ],
    [
      'what had been saved, to who comes afresh',
      () =>
        behind()
          .row(text(8), 'generating')
          .finishes({ ...GENERATING, row: text(8), fresh: text(7) }),
      ['no-loss/late-kept'],
    ],
    [
      'what had been saved, of a target that promises nothing before the end',
      () =>
        behind(AT_END)
          .row(text(8), 'generating')
          .finishes({ ...GENERATING, text: text(7) }),
      ['no-loss/late-kept'],
    ],
    [
      'more of what was seen than the checkpoint interval',
      () => behind().finishes({ ...GENERATING, text: text(3) }),
      ['bounded-exposure/snapshot', 'no-loss/late-kept'],
    ],
    [
      'what was skipped, in the database',
      () => behind().finishes({ ...GENERATING, row: text(3) + text(8, 4), fresh: text(8) }),
      ['no-loss/partial-whole', 'prefix-order/row'],
    ],
    [
      'what was skipped, in what is watched',
      () =>
        behind()
          .sees('a', text(12, 10))
          .finishes({ ...GENERATING, text: text(9) }),
      ['no-loss/partial-whole', 'prefix-order/view'],
    ],
    [
      'what is missing since the target has hung up on the LLM',
      () =>
        behind()
          .hangsUp('aborted')
          .finishes({ ...GENERATING, text: text(9) }),
      ['no-loss/fresh-full', 'no-loss/row-full'],
    ],
    [
      'what nobody has saved, and nobody streams any more',
      () => behind(AT_END).disconnects('a', 'eof').finishes({ state: 'absent', text: '' }),
      ['convergence/view', 'no-loss/fresh-full', 'no-loss/row-full'],
    ],
  ])('%s', (_, told, expected) => {
    const failed = failures(told().judged()).filter((clause) => !clause.startsWith('eventual-end'));
    expect(failed).toEqual(expected);
  });

  test('what somebody was told the end of', () => {
    const told = behind().shows('a', 12).hears('a', 'completed');
    const failed = failures(told.finishes({ ...GENERATING, text: text(9) }).judged());
    expect(failed).toEqual(expect.arrayContaining(['no-loss/fresh-full', 'no-loss/row-full']));
  });
});
