/** Finds a k6 for the tests, or builds it into the cache. Ends with 1 where there can be none, and says why. */
import { haveK6 } from '../harness/stack/k6/find.ts';

const k6 = await haveK6((line) => console.log(line));
console.log(k6.why);
process.exitCode = k6.ok ? 0 : 1;
