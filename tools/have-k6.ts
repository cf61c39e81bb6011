/** Finds a k6 with k6/x/sse for the tests, or builds it into the cache. Ends with 1 where there can be none, and says why. */
import { findK6, haveK6 } from '../harness/stack/k6/find.ts';

// One that was asked for by name is taken as it is: what needs the extension is skipped then, and said so.
const k6 = process.env.K6_BIN
  ? await findK6()
  : await haveK6((line) => console.log(line), process.env, { sse: true });
console.log(k6.why);
process.exitCode = k6.ok ? 0 : 1;
