/** Scripts of scenarios/k6 as anybody runs them who has a k6 and a chat. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { createSource } from '../../../history/index.ts';
import { withGround, withStack } from '../../../runs/standing.ts';
import type { K6 } from '../../../stack/k6/find.ts';
import { reference } from '../../../targets/reference.ts';

/** What a script is told about each chat, where nothing else is said. */
const SHORT = { USERS: '2', SECONDS: '1', CHUNKS: '40', GAP: '40' };

/** @param use is given the address of a reference server that has these defects */
export function withChat<T>(runDir: string, defects: string[], use: (url: string) => Promise<T>): Promise<T> {
  const recorder = createSource('test', () => {});
  const onDeath = (error: Error) => {
    throw error;
  };
  return withGround({ postgres: 'auto', recorder, logFile: join(runDir, 'postgres.log') }, (ground) =>
    withStack(
      {
        ...ground,
        target: reference,
        persistence: 'checkpoint',
        defects,
        runDir,
        recorder,
        recorderFor: () => recorder,
        onDeath,
      },
      ({ target }) => use(target.url),
    ),
  );
}

/**
 * @param told what it is told by `-e`, TARGET and what differs from a short run
 * @param more words for k6
 */
export function runScript(
  k6: K6,
  path: string,
  told: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<{ exit: number; said: string }> {
  const words = Object.entries({ ...SHORT, ...told }).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const args = ['run', '--quiet', '--no-usage-report', '--address', '127.0.0.1:0', ...more, ...words, path];
  return new Promise((resolve) => {
    execFile(k6.ok ? k6.path : '', args, (error, stdout, stderr) =>
      resolve({ exit: error === null ? 0 : Number(error.code), said: `${stdout}${stderr}` }),
    );
  });
}
