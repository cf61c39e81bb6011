import { expect, it } from 'vitest';
import { createProgress } from './progress.ts';

function stream(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
}

it('rewrites one line on a terminal, above which lines stay', () => {
  const out = stream(true);
  const progress = createProgress(out);
  progress.update({ done: 1, total: 12, current: 'refresh' });
  progress.line('a line');
  progress.update({ done: 2, total: 12, current: `network ${'x'.repeat(60)}` });
  progress.end();
  progress.end();
  const clear = '\r\u001b[2K';
  expect(out.written).toEqual([
    `${clear}[ 1/12] refresh`,
    clear,
    'a line\n',
    `${clear}[ 1/12] refresh`,
    expect.stringMatching(/\[ 2\/12\] network x+…x+$/),
    clear,
  ]);
  expect(out.written[4]!.length - clear.length).toBe(39);
});

it('writes plain lines elsewhere, each once', () => {
  const out = stream(false);
  const progress = createProgress(out);
  progress.update({ done: 0, total: 4, current: 'refresh' });
  progress.update({ done: 0, total: 4, current: 'refresh' });
  progress.line('a line');
  progress.update({ done: 1, total: 4, current: 'network' });
  progress.end();
  expect(out.written).toEqual(['[0/4] refresh\n', 'a line\n', '[1/4] network\n']);
});
