/** Builds the reference server's page, unless its sources are those of the last build. */
import { builtPage } from '../reference-server/web/build.ts';

console.log(await builtPage());
