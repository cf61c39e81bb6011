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

const whole = (text: string, end: number) => `event: chunk\nid: a:${end}\ndata: {"text":"${text}"}\n\n`;

test.for([
  // Where it is cut within a line, the rest of the line runs into the next event.
  ['the halves of one come in the other order', (cut: number) => halves('23', 3, cut).reverse()],
  ['a half of one comes twice', (cut: number) => [halves('23', 3, cut)[0]!, ...halves('23', 3, cut)]],
] as const)('where %s, no text is put where it does not belong', async ([, garbled]) => {
  for (let cut = 1; cut < whole('23', 3).length; cut++) {
    const body = [whole('1', 1), ...garbled(cut), whole('45', 5), whole('6', 6)].join('');
    const said = '123456';
    try {
      for await (const event of eventsOf(new Response(body), new AbortController().signal)) {
        if (event.type !== 'chunk') continue;
        const { text, end } = event;
        expect(said.slice(end - text.length, end), `cut after ${cut}`).toBe(text);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).not.toMatch(/AssertionError/);
    }
  }
});

function halves(text: string, end: number, cut: number): [string, string] {
  const frame = whole(text, end);
  return [frame.slice(0, cut), frame.slice(cut)];
}
