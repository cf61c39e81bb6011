import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request as openRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startFaultProxy } from './proxy.ts';
import { FRAMES, type Handler, startBench, streams, streamsByHand } from './testing/bench.ts';
import { openRaw } from './testing/raw-client.ts';

const WHOLE = Buffer.concat(FRAMES).toString();
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function bodyOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

interface Ask {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: Buffer;
}

async function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}) {
  const request = openRequest(url, { method, headers, agent: false });
  request.end(body);
  const [response] = await once(request, 'response');
  return {
    status: response.statusCode as number,
    statusMessage: response.statusMessage as string,
    headers: response.headers as Record<string, string | string[]>,
    body: await bodyOf(response),
  };
}

describe('without a fault', () => {
  const echo: Handler = async (request, response) => {
    const body = await bodyOf(request);
    response.writeHead(201, 'Made', {
      'x-method': request.method!,
      'x-path': request.url!,
      'x-framing': `${request.headers['content-length']}/${request.headers['transfer-encoding']}`,
      'x-got': JSON.stringify(request.rawHeaders),
      'set-cookie': ['a=1', 'b=2'],
      'content-type': 'application/octet-stream',
    });
    response.end(body);
  };

  it.each([
    ['no body', 'GET', undefined],
    ['a POST without a body', 'POST', undefined],
    ['an empty body', 'POST', Buffer.alloc(0)],
    ['a small body', 'PUT', Buffer.from('{"a":"é"}')],
    ['a body of many reads', 'POST', randomBytes(3_000_000)],
    ['a DELETE with a body', 'DELETE', randomBytes(10)],
  ])('passes %s as it is', async (_, method, body) => {
    await using bench = await startBench(echo);
    const device = await bench.proxy.device('laptop');
    const headers = { 'x-twice': ['1', '2'], ...(body && { 'content-length': String(body.length) }) };
    const direct = await ask(`${bench.target}/a/b?c=%20d`, { method, headers, ...(body && { body }) });
    const proxied = await ask(`${device.url}/a/b?c=%20d`, { method, headers, ...(body && { body }) });
    expect(sha(proxied.body)).toBe(sha(body ?? Buffer.alloc(0)));
    expect(proxied.status).toBe(201);
    expect(proxied.statusMessage).toBe('Made');
    for (const name of ['x-method', 'x-path', 'set-cookie', 'content-type']) {
      expect(proxied.headers[name]).toEqual(direct.headers[name]);
    }
    expect(proxied.headers['x-got']).toContain('"x-twice","1","x-twice","2"');
    if (body) expect(proxied.headers['x-framing']).toBe(`${body.length}/undefined`);
  });

  it('announces no body for a POST that has none, and a chunked one for one of unknown length', async () => {
    await using bench = await startBench(echo);
    const { url } = await bench.proxy.device('laptop');
    const framings = ['', 'Transfer-Encoding: chunked\r\n'].map(async (header) => {
      const body = header ? '3\r\nabc\r\n0\r\n\r\n' : '';
      const client = openRaw(url, '/', `POST / HTTP/1.1\r\nHost: x\r\n${header}\r\n${body}`);
      await once(client.socket, 'data');
      client.socket.destroy();
      return /x-framing: (.*)/i.exec(client.head())![1];
    });
    expect(await Promise.all(framings)).toEqual(['undefined/undefined', 'undefined/chunked']);
  });

  it.each([
    ['HEAD', 200, { 'content-length': '12' }],
    ['GET', 204, {}],
    ['GET', 304, { etag: '"x"' }],
    ['GET', 404, { 'content-length': '0' }],
  ])('passes %s %i, which has no body', async (method, status, headers) => {
    await using bench = await startBench((_, response) => {
      response.writeHead(status, headers).end();
    });
    const device = await bench.proxy.device('laptop');
    const answer = await ask(device.url, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(headers);
    expect(answer.body.length).toBe(0);
  });

  it.each(['one by one', 'in one piece'] as const)(
    'passes a stream that comes %s, and journals it',
    async (how) => {
      await using bench = await startBench(streams(how));
      const device = await bench.proxy.device('laptop');
      const answer = await ask(`${device.url}/s?x=1`, { headers: { 'x-holdfast-stream': 's1' } });
      expect(answer.body.toString()).toBe(WHOLE);
      expect(bench.requests[0]!.headers['x-holdfast-stream']).toBeUndefined();
      expect(bench.of('wire.open')).toMatchObject([
        { exchange: 'x0', device: 'laptop', method: 'GET', path: '/s?x=1', stream: 's1' },
      ]);
      expect(bench.of('wire.frame').map(({ bytes, text }) => [bytes, text])).toEqual(
        FRAMES.map((frame, i) => [frame.length, [0, 2, 0, 3, 0, 2, 0][i]]),
      );
      expect(
        bench
          .of('wire.frame')
          .map(({ keepAlive }) => keepAlive === true)
          .indexOf(true),
      ).toBe(2);
      expect(bench.of('wire.frame').at(-1)).toMatchObject({ terminal: true });
      expect(bench.of('wire.close')).toMatchObject([{ by: 'target', http: 200 }]);
    },
  );

  it('passes on what stands behind the last frame', async () => {
    await using bench = await startBench((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: a\n\ndata: unfinis');
    });
    const device = await bench.proxy.device('laptop');
    expect((await ask(device.url)).body.toString()).toBe('data: a\n\ndata: unfinis');
    expect(bench.of('wire.frame').map(({ bytes }) => bytes)).toEqual([9, 13]);
  });

  it('passes each frame on as it comes', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const client = openRaw((await bench.proxy.device('laptop')).url);
    let length = 0;
    for (const frame of FRAMES) {
      stream.write(frame);
      length += frame.length;
      await client.hasBody(length);
    }
    client.socket.destroy();
  });

  it('does not read from the target when the client does not read', async () => {
    const block = Buffer.alloc(64 * 1024, 'x');
    const most = 1_000;
    let written = 0;
    let response: Parameters<Handler>[1] | undefined;
    await using bench = await startBench((_, target) => {
      response = target;
      target.writeHead(200);
      const fill = () => {
        while (written < most && target.write(block)) written++;
      };
      target.on('drain', fill);
      fill();
    });
    const client = openRaw((await bench.proxy.device('laptop')).url);
    client.socket.pause();
    // What fits into queues on the way goes through; the rest has to wait for the client, however long that is.
    let before = -1;
    for (let still = 0; still < 20; still = written === before ? still + 1 : 0) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(written).toBeLessThan(most);
    response!.on('drain', () => written === most && response!.end());
    client.socket.resume();
    await new Promise<void>((resolve) => {
      client.socket.on('data', () => client.socket.bytesRead > most * block.length && resolve());
    });
    client.socket.destroy();
  });
});

describe('an end', () => {
  it('of the client closes the request to the target', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const client = openRaw((await bench.proxy.device('laptop')).url);
    stream.write(FRAMES[1]!);
    await client.hasBody(FRAMES[1]!.length);
    const closed = bench.left();
    client.socket.destroy();
    await closed;
    expect(bench.of('wire.close')).toMatchObject([{ by: 'client', http: 200 }]);
  });

  it('of the client before the answer closes the request too', async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await using bench = await startBench(() => asked());
    const client = openRaw((await bench.proxy.device('laptop')).url);
    await isAsked;
    const closed = bench.left();
    client.socket.destroy();
    await closed;
    expect(bench.of('wire.close')[0]).not.toHaveProperty('http');
  });

  it('of the target in mid-body is passed on as a body without an end, behind all that came', async () => {
    const stream = streamsByHand();
    await using bench = await startBench(stream.handler);
    const client = openRaw((await bench.proxy.device('laptop')).url);
    stream.write('data: a\n\ndata: unfin');
    await bench.recorded((event) => event.type === 'wire.frame');
    stream.kill();
    expect(await client.ended).toBe('fin');
    expect(client.body()).toEqual({ bytes: Buffer.from('data: a\n\ndata: unfin'), terminated: false });
    expect(bench.of('wire.close')).toMatchObject([{ by: 'target' }]);
  });

  it('of the target before it answers is told with a 502 and a sentence', async () => {
    await using bench = await startBench(() => {});
    await bench.stopTarget();
    const answer = await ask((await bench.proxy.device('laptop')).url);
    expect(answer.status).toBe(502);
    expect(answer.body.toString()).toMatch(
      /^The fault proxy got no answer from the target: http:\S+ .*ECONNREFUSED/,
    );
    expect(bench.of('wire.close')).toMatchObject([{ by: 'target', http: 502 }]);
  });
});

it('asks where the target is anew for each request', async () => {
  await using first = await startBench((_, response) => response.end('first'));
  await using second = await startBench((_, response) => response.end('second'));
  let at = first.target;
  const recorder = { record: () => ({}) as never, forPlay: () => recorder };
  const proxy = await startFaultProxy({ upstream: () => at, framing: 'sse', decode: () => ({}), recorder });
  const { url } = await proxy.device('laptop');
  expect((await ask(url)).body.toString()).toBe('first');
  at = second.target;
  expect((await ask(url)).body.toString()).toBe('second');
  await proxy.close();
});

it('leads the new requests of a device to another instance, and nobody else anywhere', async () => {
  const stream = streamsByHand();
  await using first = await startBench((request, response) =>
    request.url === '/stream' ? stream.handler(request, response) : response.end('first'),
  );
  await using second = await startBench((_, response) => response.end('second'));
  const origins = [first.target, second.target];
  const recorder = { record: () => ({}) as never, forPlay: () => recorder };
  const proxy = await startFaultProxy({
    upstream: (instance) => origins[instance]!,
    framing: 'sse',
    decode: () => ({}),
    recorder,
  });
  const [laptop, phone] = [await proxy.device('laptop'), await proxy.device('phone')];
  const staying = openRaw(laptop.url, '/stream');
  stream.write('data: a\n\n');
  await staying.hasBody(9);
  laptop.route(1);
  laptop.heal();
  expect((await ask(laptop.url)).body.toString()).toBe('second');
  expect((await ask(phone.url)).body.toString()).toBe('first');
  stream.write('data: b\n\n');
  await staying.hasBody(18);
  staying.socket.destroy();
  await proxy.close();
});
