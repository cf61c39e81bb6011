import { expect, it } from 'vitest';
import { renderCatalogue } from './catalogue.ts';

it('lists what there is, in lines that a terminal need not break', () => {
  const entries = [
    { id: 'refresh', title: 'Refresh', about: 'The page is reloaded while the answer streams.' },
    {
      id: 'no-loss',
      title: 'nothing is lost',
      about: 'not twice; not late',
      clauses: ['not twice', 'not late'],
    },
  ];
  expect(renderCatalogue(entries, 30)).toBe(
    [
      'refresh',
      '  Refresh',
      '  The page is reloaded while',
      '  the answer streams.',
      '',
      'no-loss',
      '  nothing is lost',
      '  · not twice',
      '  · not late',
      '',
    ].join('\n'),
  );
});
