/** Serves the page (web/): its files, and an index that tells it its settings. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { RequestHandler, Response } from 'express';

export interface PageSettings {
  /** ms between two questions how an answer stands that is not streamed. */
  poll: number;
  /** ms without a byte after which a stream counts as dead. */
  stallTimeout: number;
  /** Planted defects, by name; those of the server are among them. */
  defects: readonly string[];
  /** The users of development exist: the page offers them. */
  development: boolean;
}

/** Where a build of the page lies, in a checkout and in what is published. */
export const pageFolder = join(import.meta.dirname, 'web', 'dist');

interface File {
  type: string;
  body: Buffer;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Nothing but what this server gives: no script that stands in a page, nothing from elsewhere, in no frame. */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `connect-src 'self'`,
  `img-src 'self' data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** @param folder of the built page; it is read once, now, so that a later build does not mix with it */
export function servePage(folder: string, settings: PageSettings): RequestHandler {
  const files = filesIn(folder);
  const index = files.get('/index.html');
  const html = index && withSettings(index.body.toString(), settings);
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    if (request.path === '/') return html === undefined ? notBuilt(response) : sendIndex(response, html);
    const file = request.path === '/index.html' ? undefined : files.get(request.path);
    if (!file) return next();
    // Their names change with their content.
    response.set({ 'content-type': file.type, 'cache-control': 'public, max-age=31536000, immutable' });
    response.set('x-content-type-options', 'nosniff').send(file.body);
  };
}

function filesIn(folder: string): Map<string, File> {
  const files = new Map<string, File>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { type, body: readFileSync(path) });
  }
  return files;
}

/** In a block of data, out of which no `<` can break. */
function withSettings(html: string, settings: PageSettings): string {
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  return html.replace(/(<script type="application\/json" id="settings">).*?(<\/script>)/, `$1${json}$2`);
}

function sendIndex(response: Response, html: string): void {
  response.set({
    'content-security-policy': POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  response.type('html').send(html);
}

function notBuilt(response: Response): void {
  response
    .status(503)
    .type('text')
    .send('The page has not been built. `npm run build:page` does that; then start the server again.\n');
}
