import { expect, test } from 'vitest';
import type { ProcessEvent, RecordedOf } from '../history/events.ts';
import { deathsOf } from './deaths.ts';

type Step = [state: ProcessEvent['state'], planned: boolean, reason?: string];

const SIGTERM: Step = ['killed', true, 'SIGTERM'];
const SIGKILL: Step = ['killed', true, 'SIGKILL'];
const exited = (planned: boolean): Step => ['exited', planned, 'exit code 0'];

function processes(steps: Step[], name = 'target'): RecordedOf<'process'>[] {
  return steps.map(([state, planned, reason], seq) => ({
    type: 'process',
    name,
    pid: 7,
    state,
    planned,
    ...(reason !== undefined && { reason }),
    source: 'stack',
    seq,
    t: seq,
    err: 0,
  }));
}

test.each<[string, Step[], string[]]>([
  ['asked to end, and it did', [SIGTERM, exited(true)], ['shutdown']],
  ['killed, and so it exits', [SIGKILL, exited(true)], ['crash']],
  ['asked to end, killed for not doing so', [SIGTERM, SIGKILL, exited(true)], ['shutdown', 'crash']],
  ['asked to end by nobody of ours', [['killed', false, 'SIGTERM'], exited(false)], ['crash']],
  ['gone by itself', [exited(false)], ['crash']],
  ['stopped with the stack', [exited(true)], ['shutdown']],
  [
    'paused',
    [
      ['killed', true, 'SIGSTOP'],
      ['killed', true, 'SIGCONT'],
    ],
    [],
  ],
  ['killed twice, under one number', [SIGKILL, ['ready', true], exited(false)], ['crash', 'crash']],
])('%s', (_, steps, deaths) => {
  expect(deathsOf(processes(steps).reverse()).map(({ how }) => how)).toEqual(deaths);
  expect(deathsOf(processes(steps, 'llm'))).toEqual([]);
});
