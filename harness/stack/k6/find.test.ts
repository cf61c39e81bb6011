/** Which k6 is taken, and what is said where there is none. The programs are stand-ins that say what k6 says. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cachedK6, findK6, haveK6 } from './find.ts';
import { K6_VERSION } from './version.ts';

function place() {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-k6-find-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const program = (path: string, says: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `#!/bin/sh\n${says}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const k6 = (path: string, version = 'v1.8.1', extensions = '') =>
    program(path, `echo "k6 ${version} (go1.26, linux/amd64)"\nprintf '${extensions}'`);
  return { root, program, k6, env: { PATH: join(root, 'bin'), HOLDFAST_CACHE: join(root, 'cache') } };
}

test('K6_BIN goes before the path, and the path before the cache', async () => {
  const { root, k6, env } = place();
  const cached = k6(cachedK6(env));
  expect(await findK6(env)).toMatchObject({ ok: true, path: cached, version: 'v1.8.1' });
  const onPath = k6(join(root, 'bin', 'k6'), 'v1.2.0');
  expect(await findK6(env)).toMatchObject({ ok: true, path: onPath, version: 'v1.2.0' });
  const named = k6(join(root, 'mine'), 'v2.0.0');
  expect(await findK6({ ...env, K6_BIN: named })).toMatchObject({ ok: true, path: named });
});

test('one that was asked for by name and does not run is not got around', async () => {
  const { root, k6, env } = place();
  k6(join(root, 'bin', 'k6'));
  const missing = join(root, 'nothing');
  expect(await haveK6(() => {}, { ...env, K6_BIN: missing })).toMatchObject({
    ok: false,
    why: expect.stringContaining(missing),
  });
});

test('one that is too old, or no k6, is passed over and named', async () => {
  const { root, k6, program, env } = place();
  k6(join(root, 'bin', 'k6'), 'v0.49.0');
  expect(await findK6(env)).toMatchObject({
    ok: false,
    why: expect.stringMatching(/v0\.49\.0; v1 or newer/),
  });
  program(join(root, 'bin', 'k6'), 'echo hello');
  expect(await findK6(env)).toMatchObject({
    ok: false,
    why: expect.stringMatching(/is no k6: it says "hello"/),
  });
});

test('one with the extension is told from one without, and where it is needed no other will do', async () => {
  const { root, k6, env } = place();
  const stock = k6(join(root, 'bin', 'k6'), 'v1.9.0', 'Extensions:\\n  any/x v1, k6/x/sse2 [js]\\n');
  expect(await findK6(env)).toMatchObject({ ok: true, path: stock, sse: false });
  expect(await findK6(env, { sse: true })).toMatchObject({
    ok: false,
    why: expect.stringMatching(/no k6 that has k6\/x\/sse.*v1\.9\.0 without the extension/),
  });
  // It goes past the one on the path, and not past the one that was named.
  const built = k6(cachedK6(env), K6_VERSION, 'Extensions:\\n  ours , k6/x/sse [js]\\n');
  expect(await findK6(env, { sse: true })).toMatchObject({ ok: true, path: built, sse: true });
  expect(await findK6({ ...env, K6_BIN: stock }, { sse: true })).toMatchObject({ ok: false });
  const others = k6(
    join(root, 'mine'),
    'v1.1.0',
    'Extensions:\\n  github.com/any/one v0.1.11, k6/x/sse [js]\\n',
  );
  expect(await findK6({ ...env, K6_BIN: others }, { sse: true })).toMatchObject({ ok: true, path: others });
});

test('what is built is the k6 that is said', () => {
  const mod = readFileSync(new URL('./sse/go.mod', import.meta.url), 'utf8');
  expect(mod).toContain(`\tgo.k6.io/k6 ${K6_VERSION}\n`);
});

test('it is built by Go into the cache, whole or not at all', async () => {
  const { root, program, env } = place();
  const go = join(root, 'bin', 'go');
  const path = `${env.PATH}:/usr/bin:/bin`;
  program(go, `[ "$1" = version ] && echo go1.26 && exit 0\necho "no network" >&2; exit 1`);
  const told: string[] = [];
  expect(await haveK6((line) => told.push(line), { ...env, PATH: path })).toMatchObject({
    ok: false,
    why: expect.stringMatching(/failed: no network/),
  });
  expect(told).toEqual([expect.stringContaining(`k6 ${K6_VERSION} with k6/x/sse is built`)]);
  program(
    go,
    `[ "$1" = version ] && echo go1.26 && exit 0\n[ -f main.go ] || exit 1\nprintf '#!/bin/sh\\necho k6 ${K6_VERSION}\\n' > "$4"; chmod +x "$4"`,
  );
  const built = await haveK6(() => {}, { ...env, PATH: path });
  expect(built).toMatchObject({ ok: true, path: cachedK6(env), version: K6_VERSION });
  expect(await findK6(env)).toMatchObject({ ok: true, path: cachedK6(env) });
});
