import { expect, test } from 'vitest';
import { oracleText } from '../oracle.ts';
import { type Expected, expected, expectedText } from './expected.ts';
import { FAULTS } from './registry.ts';
import { parseTimeline } from './timeline.ts';

const SPEC = { seed: 7, attempt: 0, chunks: 100, mode: 'marked' } as const;
const ALL = [{ from: 0, to: 100 }];
const UP_TO_17 = [{ from: 0, to: 17 }];

const CASES: [timeline: string, differs: Partial<Expected>][] = [
  ['none', {}],
  ['refuse', { status: null, ends: 'error', runs: [] }],
  ['401', { status: 401, ends: 'error', runs: [] }],
  ['404', { status: 404, ends: 'error', runs: [] }],
  ['429:2', { status: 429, ends: 'error', runs: [] }],
  ['500', { status: 500, ends: 'error', runs: [] }],
  ['503', { status: 503, ends: 'error', runs: [] }],
  ['429#1', {}],
  ['slow-headers:5', {}],
  ['pause@17:5', {}],
  ['hold@17', {}],
  ['stall@17:5', {}],
  ['stall@17', { ends: 'never', runs: UP_TO_17 }],
  ['stall-alive@17', { ends: 'never', runs: UP_TO_17 }],
  ['error@17', { ends: 'error', runs: UP_TO_17 }],
  ['error@0', { ends: 'error', runs: [] }],
  ['half-frame@17', {}],
  ['half-frame@17,reset@17', { ends: 'error', runs: UP_TO_17, exact: false }],
  ['split-character@17', {}],
  ['split-pair@17', {}],
  [
    'duplicate@17',
    {
      runs: [
        { from: 0, to: 18 },
        { from: 17, to: 100 },
      ],
    },
  ],
  [
    'swap@17',
    {
      runs: [
        { from: 0, to: 17 },
        { from: 18, to: 19 },
        { from: 17, to: 18 },
        { from: 19, to: 100 },
      ],
    },
  ],
  ['malformed@17', { ends: 'error', runs: UP_TO_17 }],
  ['reset@17', { ends: 'error', runs: UP_TO_17, exact: false }],
  ['fin@17', { ends: 'error', runs: UP_TO_17 }],
  ['clean-end@17', { ends: 'error', runs: UP_TO_17 }],
  ['clean-end@end', { ends: 'error', runs: ALL }],
  ['end-twice', {}],
  ['after-end:9', {}],
  ['ignore-abort', {}],
  ['fin@17,error@3', { ends: 'error', runs: [{ from: 0, to: 3 }] }],
];

test.each(CASES)('%s', (timeline, differs) => {
  const whole = { status: 200, ends: 'completed', runs: ALL, exact: true };
  const { brokenBy, ...told } = expected(SPEC, parseTimeline(timeline));
  expect(told).toEqual({ ...whole, ...differs });
  expect(brokenBy === null).toBe(told.ends === 'completed');
});

test('every fault has its case', () => {
  const told = new Set(
    CASES.flatMap(([timeline]) => timeline.split(',').map((word) => word.split(/[@:#]/)[0])),
  );
  expect(FAULTS.map(({ name }) => name).filter((name) => !told.has(name))).toEqual([]);
});

test.each<[timeline: string, brokenBy: Expected['brokenBy']]>([
  ['429', { fault: '429', at: -1 }],
  ['half-frame@17,stall@17:5,reset@17', { fault: 'reset', at: 17 }],
  ['fin@17,error@3', { fault: 'error', at: 3 }],
  ['stall@17', { fault: 'stall', at: 17 }],
  ['clean-end@end', { fault: 'clean-end', at: 100 }],
])('%s names the fault that breaks it', (timeline, brokenBy) => {
  expect(expected(SPEC, parseTimeline(timeline)).brokenBy).toEqual(brokenBy);
});

test('its text is the oracle’s, run by run', () => {
  const text = expectedText(SPEC, expected(SPEC, parseTimeline('duplicate@17')));
  expect(text).toBe(oracleText(7, 0, 18) + oracleText(7, 0, 100, 'marked', 17));
});

test.each<[timeline: string, says: string]>([
  ['reset@101', 'strikes past the end'],
  ['swap@99', 'finds no chunk'],
  ['swap@17,duplicate@18', '"swap" and "duplicate" both change the frame of chunk 18'],
])('%s cannot strike', (timeline, says) => {
  expect(() => expected(SPEC, parseTimeline(timeline))).toThrow(says);
});
