/** Events out of bytes, where many come at once. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { eventsOf } from './events.ts';

test('many events that come at once leave turns to the rest of the page', async () => {
  const count = 100;
  const frames = Array.from(
    { length: count },
    (_, i) => `id: a:${i + 1}\nevent: chunk\ndata: {"text":"x"}\n\n`,
  );
  let now = 0;
  // Each look at the clock is 3 ms after the last.
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 3;
    return now;
  });
  onTestFinished(() => void vi.restoreAllMocks());
  let turns = 0;
  let goesOn = true;
  const others = () => {
    turns++;
    if (goesOn) setImmediate(others);
  };
  setImmediate(others);
  let seen = 0;
  for await (const event of eventsOf(new Response(frames.join('')), new AbortController().signal)) {
    expect(event).toEqual({ type: 'chunk', text: 'x', end: ++seen });
  }
  goesOn = false;
  expect(seen).toBe(count);
  expect(turns).toBeGreaterThan(count / 5);
});
