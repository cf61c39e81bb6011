import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { examine, type Finding } from './doctor.ts';

afterEach(() => void vi.unstubAllEnvs());

async function found(what: string): Promise<Finding> {
  const finding = (await examine()).find((one) => one.what === what);
  if (!finding) throw new Error(`no finding "${what}"`);
  return finding;
}

test('a machine on which these tests run lacks nothing that is needed', async () => {
  const findings = await examine();
  expect(findings.map(({ what }) => what)).toEqual([
    'Node',
    'PostgreSQL, external',
    'PostgreSQL, embedded',
    'PostgreSQL, testcontainers',
    'Browser, playwright',
    'Browser, system',
    'Browser, npm',
    'Docker engine',
    'k6',
    'Loopback',
    'Temporary files',
    'File descriptors',
    'Cores',
  ]);
  expect(findings.filter(({ needed, ok }) => needed && !ok)).toEqual([]);
  // Advice for what is not ok, and only for that.
  for (const { ok, advice } of findings) expect(advice === undefined).toBe(ok);
});

test.for([
  ['TMPDIR', join('/', 'not', 'there'), 'Temporary files', true, 'TMPDIR'],
  ['DATABASE_URL', 'postgres://nobody@127.0.0.1:1/x', 'PostgreSQL, external', true, 'DATABASE_URL'],
  ['CHROME_PATH', '/not/there', 'Browser, system', false, 'CHROME_PATH'],
  ['DOCKER_HOST', 'tcp://127.0.0.1:1', 'Docker engine', false, 'container'],
  ['DOCKER_HOST', 'tcp://127.0.0.1:1', 'PostgreSQL, testcontainers', false, 'Docker'],
] as const)('a bad %s (%s) shows in "%s"', async ([name, value, what, needed, advised]) => {
  vi.stubEnv(name, value);
  const finding = await found(what);
  expect(finding).toMatchObject({ ok: false, needed, advice: expect.stringContaining(advised) });
  expect(finding.detail).not.toBe('');
});

test('the server that is used is the only one that is needed', async () => {
  vi.stubEnv('DATABASE_URL', '');
  expect(await found('PostgreSQL, embedded')).toMatchObject({ needed: true });
  expect(await found('PostgreSQL, external')).toMatchObject({
    needed: false,
    detail: 'DATABASE_URL is not set',
  });
});
