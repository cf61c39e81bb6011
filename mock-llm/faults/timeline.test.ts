import { expect, test } from 'vitest';
import { MockLlmError } from '../errors.ts';
import { checkPlaces, formatTimeline, parseTimeline } from './timeline.ts';

test.each([
  'none',
  'reset@17',
  'half-frame@17,stall@17:4000,reset@17',
  '429:2#0',
  'pause@end:500,end-twice',
  'after-end:3,ignore-abort',
  'stall@0',
])('%s is written as it is read', (text) => expect(formatTimeline(parseTimeline(text))).toBe(text));

test.each<[text: string, says: string]>([
  ['', '"" is no fault; write name@chunk:number#attempt'],
  ['reset@17,', '"" is no fault'],
  ['reset @17', '"reset @17" is no fault'],
  ['Reset@17', 'is no fault'],
  ['explode@3', 'there is no fault "explode"; there are refuse, 401,'],
  ['none,reset@1', 'there is no fault "none"'],
  ['reset', '"reset" needs the index of a chunk: reset@17'],
  ['429@3', '"429@3" takes no place: it strikes before the headers'],
  ['end-twice@3', 'at the end'],
  ['ignore-abort@3', 'all along'],
  ['swap@end', '"swap@end" changes the frame of a chunk, and the end has none'],
  ['reset@17:3', '"reset@17:3" takes no number'],
  ['pause@17', '"pause@17" needs a whole number (ms) from 1 to 3600000 after a ":"'],
  ['pause@17:0', 'needs a whole number'],
  ['pause@17:4s', 'is no fault'],
])('%j is refused with a sentence', (text, says) => {
  expect(() => parseTimeline(text)).toThrow(MockLlmError);
  expect(() => parseTimeline(text)).toThrow(says);
});

test.each<[text: string, chunks: number, says: string | null]>([
  ['reset@5', 5, null],
  ['reset@6', 5, '"reset@6" strikes past the end: of 5 chunks, the last place is 5'],
  ['malformed@4', 5, null],
  ['malformed@5', 5, 'the last place is 4'],
])('%s of %i chunks: %s', (text, chunks, says) => {
  const check = () => checkPlaces(parseTimeline(text), chunks);
  if (says === null) expect(check).not.toThrow();
  else expect(check).toThrow(says);
});
