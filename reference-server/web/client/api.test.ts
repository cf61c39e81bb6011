import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi } from './api.ts';

const origin = 'http://chat.test';
const asked: (string | null)[] = [];
let content = 'kelp';
const server = setupServer(
  http.get(`${origin}/api/v1/chat/messages/1`, ({ request }) => {
    const held = request.headers.get('if-none-match');
    asked.push(held);
    const etag = `"${content}"`;
    if (held === etag) return new HttpResponse(null, { status: 304, headers: { etag } });
    return HttpResponse.json({ content }, { headers: { etag } });
  }),
);
beforeAll(() => server.listen());
afterAll(() => server.close());

test('what has not changed is not sent again, and what has is', async () => {
  const api = createApi({ origin, token: () => 'token', timeout: 1_000 });
  const contentOf = async () => (await api.message('1')).content;
  expect([await contentOf(), await contentOf()]).toEqual(['kelp', 'kelp']);
  content = 'kelp and rock';
  expect([await contentOf(), await contentOf()]).toEqual(['kelp and rock', 'kelp and rock']);
  expect(asked).toEqual([null, '"kelp"', '"kelp"', '"kelp and rock"']);
});
