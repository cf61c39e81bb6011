import { describe, expect, it } from 'vitest';
import { strikeEverywhere } from '../testing/strike-everywhere.ts';
import { tearAt } from './half-frame.ts';

describe('half-frame', () => {
  it('delivers every frame before the strike and a part of the next, then resets', async () => {
    const all = await strikeEverywhere('half-frame', false);
    for (const { whole, next, body, terminated, ended, journalled, fault, closedBy } of all) {
      const torn = body.subarray(whole.length);
      expect(body.subarray(0, whole.length).toString()).toBe(whole.toString());
      expect(torn).toEqual(next.subarray(0, tearAt(next)));
      expect({ terminated, ended }).toEqual({ terminated: false, ended: 'reset' });
      expect(journalled).toBe(body.length);
      expect(fault).toEqual(['armed', 'struck 1', 'healed']);
      expect(closedBy).toEqual(['fault']);
    }
  });

  it.each([
    ['in the middle', 'data: abcd\n\n', 6],
    ['within the character in the middle', 'data: é🌊\n\n', 7],
    ['within the character nearest the middle', 'data: 🌊 and a long tail behind it\n\n', 9],
    ['within a character behind the middle', 'a long head ahead of it 🌊\n', 25],
    ['before the end of a line of two bytes', 'a\n', 1],
  ])('tears a frame %s', (_, frame, at) => {
    expect(tearAt(Buffer.from(frame))).toBe(at);
  });

  it('never passes a whole frame on', () => {
    for (let length = 1; length < 40; length++) {
      for (const letter of ['x', 'é', '🌊']) {
        const frame = Buffer.from(`${letter.repeat(length)}\n`);
        expect(tearAt(frame)).toBeLessThan(frame.length);
        expect(tearAt(frame)).toBeGreaterThan(0);
      }
    }
  });
});
