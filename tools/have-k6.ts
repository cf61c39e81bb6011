/**
 * Gets what the tests with k6 need, and what is not here yet: a k6 with k6/x/sse, built into the cache; the modules that
 * the tests of that extension have beside it; the code of the k6 operator. Ends with 1 where some of it cannot be had,
 * and says why: tests without it are skipped, and say so.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findGo, findK6, haveK6 } from '../harness/stack/k6/find.ts';
import { haveOperatorCode } from './k6-operator/find.ts';

const WITHIN = 10 * 60_000;

const tell = (line: string) => console.log(line);

async function testModules(): Promise<{ ok: boolean; why: string }> {
  const go = await findGo();
  if (!go.ok) return go;
  const cwd = fileURLToPath(new URL('../harness/stack/k6/sse/', import.meta.url));
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
  try {
    await promisify(execFile)(go.path, ['list', '-deps', '-test', './...'], {
      cwd,
      env,
      timeout: WITHIN,
      maxBuffer: 2 ** 26,
    });
    return { ok: true, why: 'the modules of the tests of k6/x/sse are here' };
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr || (error as Error).message).trim();
    return {
      ok: false,
      why: `the modules of the tests of k6/x/sse cannot be had: ${said.split('\n').at(-1)}`,
    };
  }
}

// One that was asked for by name is taken as it is: what needs the extension is skipped then, and said so.
const k6 = process.env.K6_BIN ? await findK6() : await haveK6(tell, process.env, { sse: true });
tell(k6.why);
const beside = [await testModules(), await haveOperatorCode(tell)];
for (const { why } of beside) tell(why);
process.exitCode = [k6, ...beside].every(({ ok }) => ok) ? 0 : 1;
