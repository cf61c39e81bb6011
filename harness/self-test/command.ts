/** From the words of a command line to a self-test. */
import { randomInt } from 'node:crypto';
import { runner } from '../runs/command.ts';
import type { Boundary } from '../runs/draw.ts';
import { interruption } from '../runs/interruption.ts';
import type { ProviderName } from '../stack/postgres/provider.ts';
import { type SelfTest, type SelfTestOptions, selfTest } from './self-test.ts';

export interface CommandOptions {
  defect?: string[];
  seed?: number;
  boundary?: Boundary;
  repeat: number;
  jobs: number;
  postgres: ProviderName | 'auto';
  out: string;
}

/** @throws HF_UNKNOWN_NAME, HF_OUT_NOT_WRITABLE */
export function testItself(
  { defect, boundary, repeat, jobs, postgres, out, ...options }: CommandOptions,
  listener: Pick<SelfTestOptions, 'onPlan' | 'onTask'>,
): Promise<SelfTest> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const commandOf = (names: readonly string[] | undefined, of: number) =>
    [
      runner('self-test'),
      ...(names ? [`--defect ${names.join(',')}`] : []),
      `--seed ${of}`,
      ...(boundary ? [`--boundary ${boundary}`] : []),
      ...(repeat === 1 ? [] : [`--repeat ${repeat}`]),
      ...(postgres === 'auto' ? [] : [`--postgres ${postgres}`]),
    ].join(' ');
  return selfTest({
    ...(defect && { defects: defect }),
    seed,
    ...(boundary && { boundary }),
    repeat,
    jobs,
    postgres,
    out,
    command: commandOf(defect, seed),
    commandOf: (name, of) => commandOf([name], of),
    signal: interruption(),
    ...listener,
  });
}
