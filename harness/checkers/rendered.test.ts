/**
 * A page that renders Markdown is judged by the same checkers: for each thing that can be wrong with what it shows a
 * planted violation, and what it may do without being blamed.
 */
import { expect, test } from 'vitest';
import { oracleText } from '../../mock-llm/oracle.ts';
import type { SendSpec } from '../history/events.ts';
import { answered, failures, SPEC, type Story, story } from './testing/history.ts';
import { renderMarkdown } from './testing/markdown.ts';

const CHUNKS = 24;
/** Holds Markdown at chunk 3, a tag at chunk 10, a word without a mark at the chunks 6 and 7. */
const RICH: SendSpec = { seed: seedWith({ 3: '**bold**', 10: '<script>' }), chunks: CHUNKS, mode: 'marked' };
const PAGE = { by: 'page', rendered: true } as const;

function seedWith(wanted: Record<number, string>): number {
  for (let seed = 1; ; seed++) {
    const holds = ([at, text]: [string, string]) =>
      oracleText(seed, 0, +at + 1, 'marked', +at).includes(text);
    const identical = oracleText(seed, 0, 8, 'marked', 6);
    if (!identical.includes('{') && identical !== '' && Object.entries(wanted).every(holds)) return seed;
  }
}

const text = (to: number, from = 0, attempt = 0) => oracleText(RICH.seed, attempt, to, 'marked', from);
const ALL = renderMarkdown(text(CHUNKS));
const halfway = (chunks = 12) =>
  story({ sends: [RICH] })
    .asks()
    .calls()
    .opens('a', PAGE)
    .speaks(chunks)
    .renders('a', chunks);
/** It goes on, and ends by showing this. */
const rest = (told: Story, shown = ALL) =>
  told.speaks(CHUNKS).sees('a', shown, 'set').hears('a', 'completed').finishes({ page: ALL });
const showing = (source: string) => rest(halfway().sees('a', renderMarkdown(source), 'set'));

const PLANTED: Record<string, [told: () => Story, fails: string[]]> = {
  'a chunk is missing, and stays so': [
    () => rest(halfway(), renderMarkdown(text(5) + text(CHUNKS, 6))),
    ['convergence/view', 'no-loss/view-full', 'prefix-order/view'],
  ],
  'a chunk is missing for a moment': [() => showing(text(5) + text(14, 6)), ['prefix-order/view']],
  'a word without a mark is missing for a moment': [
    () => showing(text(6) + text(14, 7)),
    ['prefix-order/view'],
  ],
  'the beginning is missing': [
    () => rest(halfway(), renderMarkdown(text(CHUNKS, 5))),
    ['convergence/view', 'no-loss/view-full', 'prefix-order/view'],
  ],
  'the end is missing': [
    () => rest(halfway(), renderMarkdown(text(CHUNKS - 1))),
    ['convergence/view', 'no-loss/view-full'],
  ],
  'chunks stand twice': [
    () => rest(halfway(), renderMarkdown(text(14) + text(CHUNKS, 9))),
    ['convergence/view', 'no-duplication/view', 'prefix-order/view'],
  ],
  'it all stands twice for a moment': [
    () => showing(text(12) + text(12)),
    ['no-duplication/view', 'prefix-order/view'],
  ],
  'a word without a mark stands twice for a moment': [
    () => showing(text(8) + text(14, 7)),
    ['no-duplication/view', 'prefix-order/view'],
  ],
  'chunks are in the wrong order': [
    () => showing(text(4) + text(6, 5) + text(5, 4) + text(14, 6)),
    ['prefix-order/view'],
  ],
  'words are replaced': [
    () => showing(text(14).replace(`}${text(2, 1).split('}')[1]}`, '}�� ')),
    ['prefix-order/view'],
  ],
  'something stands there that nobody said': [
    () => showing(`Thinking about it ${text(14)}`),
    ['prefix-order/view'],
  ],
  'text of another send stands in it': [
    () => showing(text(12) + oracleText(99, 0, 3)),
    ['isolation/view', 'prefix-order/view'],
  ],
  'text of another attempt stands in it': [
    () => showing(text(12) + text(14, 12, 1)),
    ['isolation/attempt', 'prefix-order/view'],
  ],
  'it becomes shorter, and says nothing': [() => showing(text(8)), ['prefix-order/shrinks']],
  'it is left with nothing': [
    () => rest(halfway(), ''),
    ['convergence/view', 'no-loss/view-full', 'prefix-order/shrinks'],
  ],
  'it goes on after the end': [
    () =>
      halfway(CHUNKS - 4)
        .speaks(CHUNKS)
        .hears('a', 'completed')
        .renders('a', CHUNKS)
        .finishes({ page: ALL }),
    ['one-terminal/nothing-after'],
  ],
  'the end is never learnt': [
    () => halfway().speaks(CHUNKS).renders('a', CHUNKS).disconnects('a').finishes({ page: ALL }),
    ['eventual-end/view'],
  ],
  'a page that is loaded in the end lacks something': [
    () =>
      halfway()
        .speaks(CHUNKS)
        .renders('a', CHUNKS)
        .hears('a', 'completed')
        .finishes({ page: renderMarkdown(text(CHUNKS, 5)) }),
    ['convergence/fresh', 'no-loss/fresh-full', 'prefix-order/view'],
  ],
  'a hazard is shown otherwise than a page shows it that has just been loaded': [
    () => rest(halfway(), ALL.replace('bold', 'bold**')),
    ['convergence/rendering'],
  ],
};

test.each(Object.entries(PLANTED))('planted: %s', (_, [told, fails]) => {
  expect(failures(told().judged())).toEqual(fails);
});

const NEAR_MISSES: Record<string, () => Story> = {
  'all of it, chunk by chunk, as Markdown': () => {
    const told = halfway(0);
    for (let chunks = 1; chunks <= CHUNKS; chunks++) told.speaks(chunks).renders('a', chunks);
    return rest(told);
  },
  'white space is another than a page has that has just been loaded': () =>
    rest(halfway(), `\n  ${ALL.replaceAll(' ', ' \n')}`),
  'it is rendered anew after the end, with the same words': () =>
    halfway()
      .speaks(CHUNKS)
      .renders('a', CHUNKS)
      .hears('a', 'completed')
      .sees('a', ALL.replaceAll(' ', '  '), 'set')
      .finishes({ page: ALL }),
  'a glyph stands where text will come': () =>
    rest(halfway().sees('a', `${renderMarkdown(text(12))}▍`, 'set')),
  'half a mark is typed': () =>
    rest(halfway().sees('a', `${renderMarkdown(text(12))} {${RICH.seed.toString(36)}.0`, 'set')),
  'Markdown is not closed yet': () =>
    rest(halfway(3).sees('a', `${renderMarkdown(text(3))} {${RICH.seed.toString(36)}.0.3}**bo`, 'set')),
  'it becomes shorter, and says so': () =>
    rest(
      halfway()
        .resets('a')
        .sees('a', renderMarkdown(text(8)), 'set'),
    ),
  'a tag that is shown as text by both': () => {
    const shown = ALL.replace('alert(1)', '<script>alert(1)</script>');
    return halfway().speaks(CHUNKS).sees('a', shown, 'set').hears('a', 'completed').finishes({ page: shown });
  },
  'a second attempt, declared, of which the first words are another': () =>
    halfway(4)
      .hangsUp('aborted')
      .does('send', 'ok', { spec: RICH, causes: 'regenerate', session: 'kelp' })
      .calls(1)
      .speaks(CHUNKS)
      .resets('a', 'replay')
      .sees('a', renderMarkdown(text(CHUNKS, 0, 1)), 'set')
      .hears('a', 'completed')
      .finishes({ text: text(CHUNKS, 0, 1), page: renderMarkdown(text(CHUNKS, 0, 1)) }),
};

test.each(Object.entries(NEAR_MISSES))('no blame where %s', (_, told) => {
  const verdict = told().judged();
  expect({ failed: failures(verdict), reason: verdict.reason }).toEqual({ failed: [], reason: null });
});

/** What nobody can judge is never passed. */
const UNKNOWN: Record<string, [told: () => Story, because: string]> = {
  'no page was loaded in the end': [
    () => halfway().speaks(CHUNKS).renders('a', CHUNKS).hears('a', 'completed').finishes(),
    'rendered the answer afresh',
  ],
  'only a page was looked at in the end': [
    () => {
      const told = halfway().speaks(CHUNKS).renders('a', CHUNKS).hears('a', 'completed').hangsUp();
      told.by('runner', { type: 'phase', phase: 'heal' }).by('runner', { type: 'phase', phase: 'read' });
      return told.loads(ALL, 'completed').row(text(CHUNKS), 'completed', { final: true }).isDone();
    },
    'no fresh reader',
  ],
  'the renderer swallows every mark': [
    () => {
      const shown = ALL.replace(/\{[^}]*\}/g, '');
      return halfway(0)
        .speaks(CHUNKS)
        .sees('a', shown, 'set')
        .says('page', 'completed', { length: 0 })
        .hears('a', 'completed')
        .finishes({ page: shown });
    },
    'no watermark',
  ],
  'the text has no marks': [
    () => {
      const spec: SendSpec = { ...SPEC, mode: 'natural' };
      const shown = renderMarkdown(oracleText(spec.seed, 0, spec.chunks, 'natural'));
      return story({ sends: [spec] })
        .asks()
        .calls()
        .opens('a', PAGE)
        .speaks(12)
        .sees('a', shown, 'set')
        .hears('a', 'completed')
        .finishes({ page: shown });
    },
    'no watermark',
  ],
};

test.each(Object.entries(UNKNOWN))('unknown where %s', (_, [told, because]) => {
  const { verdict, reason } = told().judged();
  expect({ verdict, reason }).toEqual({ verdict: 'unknown', reason: expect.stringContaining(because) });
});

test('a page that shows its text as it is needs no other page beside it', () => {
  expect(answered().finishes().judged().verdict).toBe('pass');
});
