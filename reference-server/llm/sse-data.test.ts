import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sseData } from './sse-data.ts';

async function read(pieces: Uint8Array[]): Promise<string[]> {
  async function* bytes() {
    yield* pieces;
  }
  const read: string[] = [];
  for await (const data of sseData(bytes())) read.push(data);
  return read;
}

test.each([
  ['one event', 'data: a\n\n', ['a']],
  ['no space after the colon', 'data:a\n\n', ['a']],
  ['one space only is taken away', 'data:  a\n\n', [' a']],
  ['several lines', 'data: a\ndata: b\n\n', ['a\nb']],
  ['CR LF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  ['CR', 'data: a\r\rdata: b\r\r\n', ['a', 'b']],
  ['comments and other fields', ': ping\n\nevent: x\nid: 1\ndata: a\n\n', ['a']],
  ['no end', 'data: a\n\ndata: b\n', ['a']],
  ['line separators that are none', 'data: a\u2028b\u0085c\n\n', ['a\u2028b\u0085c']],
  ['a byte order mark at the start', '\ufeffdata: a\n\n', ['a']],
])('%s', async (_, stream, data) => {
  expect(await read([Buffer.from(stream)])).toEqual(data);
});

test('however the bytes are cut, the same comes out', async () => {
  const stream = Buffer.from(
    'data: 😀é\r\n\r\n: ping\r\ndata: עברית\ndata: [DONE]\n\ndata: \u{1f468}\u200d\u{1f469}\r\r\n',
  );
  const whole = await read([stream]);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(stream.length)), async (cuts) => {
      const sorted = [0, ...cuts.sort((a, b) => a - b), stream.length];
      expect(await read(sorted.slice(1).map((end, i) => stream.subarray(sorted[i], end)))).toEqual(whole);
    }),
  );
});

test.each([
  ['what is not UTF-8', Buffer.from([0x64, 0xff, 0x0a])],
  ['a line that does not end', Buffer.alloc((1 << 20) + 1, 'a')],
])('%s is refused', async (_, bytes) => {
  await expect(read([bytes])).rejects.toMatchObject({ code: 'LLM_MALFORMED' });
});
