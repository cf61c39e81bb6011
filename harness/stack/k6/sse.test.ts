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

/** Whether all that these tests are made of is here: they have modules of their own, which nobody needs who only builds. */
async function isThere(folder: string): Promise<boolean> {
  if (!go.ok) return false;
  try {
    await run(go.path, ['list', '-deps', '-test', folder], options);
    return true;
  } catch (error) {
    const said = (error as { stderr: string }).stderr.trim().split('\n').at(-1);
    console.log(
      `skipped, the tests of k6/x/sse in ${folder} (node tools/have-k6.ts gets what is missing): ${said}`,
    );
    return false;
  }
}

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

test.skipIf(!(await isThere('./eventstream')))(
  'event streams are read by the rules, wherever they are broken',
  async () => {
    expect(await goTest('./eventstream')).toMatch(/^ok/);
  },
);

test.skipIf(!k6.ok || !(await isThere('./extension')))(
  'scripts have events one by one, and close at any of them',
  async () => {
    expect(await goTest('./extension')).toMatch(/^ok/);
  },
  600_000,
);
