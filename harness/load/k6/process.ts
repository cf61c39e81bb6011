/** The k6 process: a program of its own, told by its environment, that speaks to nobody but the target. */
import { spawn } from 'node:child_process';
import { closeSync, createWriteStream, openSync, readFileSync } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { HoldfastError } from '../../errors.ts';
import { GUARDIAN_MARK } from '../../stack/charges.ts';
import type { Guardian } from '../../stack/guardian.ts';

export interface K6Plan {
  /** The k6 program. */
  path: string;
  script: string;
  /** What the scripts are told. */
  settings: object;
  /** Its raw samples are kept there, compressed. */
  samples: string;
  logFile: string;
  guardian: Guardian;
}

export interface K6Process {
  /** Its raw samples, line by line, as they come. */
  output: Readable;
  /** Resolves when it has ended well and its samples are kept. Rejects with HF_K6 where it has not. */
  ended: Promise<void>;
  kill(): void;
}

/** Exit code of k6 where a threshold was crossed: that is for our judge to say. */
const THRESHOLD = 99;

export function startK6({ path, script, settings, samples, logFile, guardian }: K6Plan): K6Process {
  const log = openSync(logFile, 'a');
  const child = spawn(
    path,
    [
      'run',
      '--quiet',
      '--no-thresholds',
      '--no-usage-report',
      // Its own interface has a port that is the same for all; this one is any that is free.
      '--address',
      '127.0.0.1:0',
      '--log-format',
      'raw',
      '--out',
      'json=-',
      script,
    ],
    {
      detached: true,
      stdio: ['ignore', 'pipe', log],
      env: {
        ...process.env,
        HOLDFAST_PLAN: JSON.stringify(settings),
        K6_NO_USAGE_REPORT: 'true',
        K6_NO_SUMMARY: 'true',
        // It shall fetch no other k6 than the one that was found.
        K6_AUTO_EXTENSION_RESOLUTION: 'false',
        [GUARDIAN_MARK]: guardian.mark,
      },
    },
  );
  const release = child.pid === undefined ? () => {} : guardian.child(child.pid);
  closeSync(log);
  const output = new PassThrough();
  const kept = pipeline(child.stdout!, createGzip(), createWriteStream(samples));
  kept.catch((error: Error) => output.destroy(error));
  child.stdout!.pipe(output);
  const exited = new Promise<number | string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const ended = exited
    .then(
      async (how) => {
        await kept;
        if (how === 0 || how === THRESHOLD) return;
        throw failure(`it ended with ${how}`, logFile);
      },
      (error: Error) => {
        throw failure(error.message, logFile);
      },
    )
    .finally(release);
  ended.catch(() => {});
  return {
    output,
    ended,
    kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    },
  };
}

function failure(what: string, log: string): HoldfastError {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return new HoldfastError('HF_K6', { what, last: lines.at(-1) || 'nothing', log });
}
