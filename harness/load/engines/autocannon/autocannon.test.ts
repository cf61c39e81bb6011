/** The engine on the reference server: clean, and with defects that short requests can see. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { load } from '../../load.ts';

const options = {
  engine: 'autocannon',
  users: 10,
  warmup: 0,
  duration: 2_000,
  // Long enough that a body comes in several pieces, with characters cut in two between them.
  chunks: '3000',
  workers: 1,
  seed: 11,
  postgres: 'auto' as const,
};
function out(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-autocannon-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a clean server passes, each kind of request judged, and is measured', async () => {
  const { results } = await load({ ...options, out: out(), objective: ['lost == 0', 'p99(status) < 10s'] });
  expect(results.failure).toBeNull();
  // Other work on the machine may make the generator late: then it must say so, and nothing else.
  expect(results.scenarios.filter(({ id, verdict }) => verdict !== 'pass' && id !== 'load')).toEqual([]);
  expect(results.scenarios.map(({ id }) => id)).toEqual([
    'status',
    'revalidate',
    'messages',
    'sessions',
    'replay',
    'load',
    'stack',
  ]);
  expect(Object.keys(results.load!.latencies).sort()).toEqual(
    ['lateness', 'messages', 'replay', 'revalidate', 'sessions', 'status'].sort(),
  );
  expect(results.load!.objectives.map(({ verdict }) => verdict)).toEqual(['met', 'met']);
});

test('what is saved without its end is told as lost, by who loads it', async () => {
  const { results } = await load({ ...options, out: out(), chunks: '7', defects: ['tail-not-flushed'] });
  const failed = results.scenarios.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
  expect(failed).toContain('messages');
  const messages = results.scenarios.find(({ id }) => id === 'messages')!;
  expect(messages.checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)).toEqual([
    'no-loss',
  ]);
});
