/** Builds what is published: JavaScript and types by `tsc`, and the files beside them that are no code. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { builtPage } from '../reference-server/web/build.ts';

const ROOT = dirname(import.meta.dirname);
const DIST = join(ROOT, 'dist');
/** Read at run time, by their place beside the code that reads them. */
const ASSETS = [
  'migrations',
  'harness/runs/results.schema.json',
  'harness/explore/results.schema.json',
  'harness/stack/k6/sse',
  'package.json',
  'reference-server/web/dist',
];

rmSync(DIST, { recursive: true, force: true });
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
await builtPage();
for (const asset of ASSETS)
  cpSync(join(ROOT, asset), join(DIST, asset), {
    recursive: true,
    filter: (path) => !path.endsWith('_test.go'),
  });
chmodSync(join(DIST, 'harness', 'cli', 'main.js'), 0o755);
