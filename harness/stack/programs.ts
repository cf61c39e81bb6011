import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of a program of ours, named relative to the module that asks and without its extension: `.ts` where we run
 * from source, `.js` in the published package.
 *
 * @param from `import.meta.url` of the module that asks
 */
export function programBeside(from: string, relative: string): string {
  return fileURLToPath(new URL(`${relative}${extname(fileURLToPath(from))}`, from));
}
