/** The tests of the extension are Go's own (sse/); here they are run where Go and the modules of k6 are. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { cachedK6, findGo, findK6 } from './find.ts';

const run = promisify(execFile);
/** As it is built, so that nothing is compiled twice; and no test fetches what is not here. */
const options = {
  cwd: fileURLToPath(new URL('./sse/', import.meta.url)),
  env: { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOPROXY: 'off' },
  maxBuffer: 64 * 2 ** 20,
};

const go = await findGo();
if (!go.ok) console.log(`skipped, the tests of k6/x/sse: ${go.why}`);
/** Where another k6 is used than one that was built here, its modules would be compiled for minutes first. */
const k6 = await findK6({ ...process.env, K6_BIN: cachedK6() });
if (go.ok && !k6.ok) console.log(`skipped, the tests of k6/x/sse that need the modules of k6: ${k6.why}`);

/** The tests have modules of their own, which nobody needs who only builds k6. */
const modules =
  go.ok &&
  (await run(go.path, ['list', '-deps', '-test', './extension'], options).then(
    () => true,
    ({ stderr }) => {
      console.log(
        `skipped, the tests of k6/x/sse that need modules (node tools/have-k6.ts gets them): ${stderr}`,
      );
      return false;
    },
  ));

async function goTest(folder: string): Promise<string> {
  const { stdout } = await run(
    go.ok ? go.path : '',
    ['test', '-vet=off', '-buildvcs=false', folder],
    options,
  ).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

test.skipIf(!go.ok)('event streams are read by the rules, wherever they are broken', async () => {
  expect(await goTest('./eventstream')).toMatch(/^ok/);
});

test.skipIf(!go.ok || !k6.ok || !modules)(
  'scripts have events one by one, and close at any of them',
  async () => {
    expect(await goTest('./extension')).toMatch(/^ok/);
  },
  600_000,
);
