import { expect, test } from 'vitest';
import { runner } from '../runs/command.ts';
import { commandOf } from './telling.ts';

const common = { workers: 2, postgres: 'auto', out: 'reports/runs' } as const;

test.each([
  [{ ...common, users: 50 }, '--users 50 --workers 2 --seed 7'],
  [
    { ...common, engine: 'k6', allowSkip: true, postgres: 'external', out: 'else where' } as const,
    "--engine k6 --workers 2 --postgres external --out 'else where' --allow-skip --seed 7",
  ],
  [
    { ...common, rate: 20, fault: ['cut@2s:1s'], objective: ['p99(recovery) < 500ms'] },
    "--rate 20/s --fault cut@2s:1s --objective 'p99(recovery) < 500ms' --workers 2 --seed 7",
  ],
])('the command that repeats a run says all that was said', (options, command) => {
  expect(commandOf(options, 7)).toBe(`${runner('load')} ${command}`);
});
