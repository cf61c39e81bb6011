/** How the page is served; what it does is tested where it lies, in web/. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { House, type TestServer } from './testing/house.ts';
import { builtPage } from './web/build.ts';

let house: House;
let server: TestServer;
beforeAll(async () => {
  await builtPage();
  house = await House.build();
  server = await house.serve({ PAGE_POLL_MS: '123', KEEP_ALIVE_MS: '1000' });
});
afterAll(() => house.tearDown());

const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);

test('the index tells the page its settings, and the browser to run nothing but what is served here', async () => {
  const response = await get('/');
  const html = await response.text();
  const [, settings = ''] = /id="settings">(.*?)<\/script>/.exec(html) ?? [];
  expect(JSON.parse(settings)).toEqual({ poll: 123, stallTimeout: 7_000, development: true, defects: [] });
  const policy = response.headers.get('content-security-policy');
  expect(policy).toContain(`default-src 'none'`);
  expect(policy).not.toContain('unsafe');
  expect(response.headers.get('cache-control')).toBe('no-store');
});

test('every file that the index names is served, for ever under that name', async () => {
  const html = await (await get('/')).text();
  const named = Array.from(html.matchAll(/(?:src|href)="(\/[^"]+)"/g), ([, path]) => path!);
  expect(named.length).toBeGreaterThan(1);
  for (const path of named) {
    const response = await get(path);
    expect([path, response.status]).toEqual([path, 200]);
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect((await response.text()).length).toBeGreaterThan(100);
  }
});

test('nothing outside of the built page is served, and the page is only read', async () => {
  for (const path of [
    '/index.html',
    '/sources.sha256',
    '/../page.ts',
    '/%2e%2e/page.ts',
    '/assets/none.js',
  ]) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
  expect((await get('/', { method: 'POST' })).status).toBe(404);
});
