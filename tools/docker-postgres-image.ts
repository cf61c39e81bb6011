/**
 * Makes a PostgreSQL image without any registry: the binaries that come from npm, this system's shell, and the
 * shared libraries that both are linked to. Linux only. Prints the image's name, for HOLDFAST_POSTGRES_IMAGE.
 *
 *     node tools/docker-postgres-image.ts [name]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { usableBinaries } from '../harness/stack/postgres/binaries.ts';

const NAME = process.argv[2] ?? 'holdfast-postgres:local';
const HOME = '/usr/local/postgresql';
const DATA = '/var/lib/postgresql/data';
const USER = 999;

/** Keeps the conventions of the official image that matter here: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB. */
const ENTRY_POINT = `#!/bin/sh
set -eu
user="\${POSTGRES_USER:-postgres}"
database="\${POSTGRES_DB:-$user}"
: "\${POSTGRES_PASSWORD:?must be set}"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf '%s\\n' "$POSTGRES_PASSWORD" > "$PGDATA.password"
  initdb --pgdata="$PGDATA" --username="$user" --pwfile="$PGDATA.password" --auth=scram-sha-256 --encoding=UTF8 --locale=C
  : > "$PGDATA.password"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  if [ "$database" != postgres ]; then
    echo "CREATE DATABASE \\"$database\\"" | postgres --single -D "$PGDATA" postgres
  fi
fi
[ "\${1:-}" != postgres ] || shift
exec postgres -c listen_addresses='*' -c unix_socket_directories= "$@"
`;

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-image-'));
try {
  const root = join(scratch, 'root');
  const { postgres, initdb } = await usableBinaries(undefined, join(scratch, 'native'));
  const native = dirname(dirname(postgres));
  cpSync(native, join(root, HOME), { recursive: true, verbatimSymlinks: true });
  for (const library of librariesOf([postgres, initdb, '/bin/sh'])) {
    // Those beside the binaries came with them.
    if (!library.startsWith(native)) copy(library, root);
  }
  copy('/bin/sh', root);
  write(root, '/etc/passwd', `postgres:x:${USER}:${USER}::${dirname(DATA)}:/bin/sh\n`);
  write(root, '/etc/group', `postgres:x:${USER}:\n`);
  write(root, '/entrypoint', ENTRY_POINT);
  chmodSync(join(root, 'entrypoint'), 0o755);
  mkdirSync(join(root, DATA), { recursive: true });
  chmodSync(join(root, DATA), 0o700);
  mkdirSync(join(root, 'tmp'));

  const archive = join(scratch, 'image.tar');
  execFileSync('tar', [`--owner=${USER}`, `--group=${USER}`, '-C', root, '-cf', archive, '.']);
  const changes = [
    `USER ${USER}`,
    `ENV PATH=${HOME}/bin:/bin`,
    `ENV PGDATA=${DATA}`,
    'EXPOSE 5432',
    'ENTRYPOINT ["/entrypoint"]',
    'CMD ["postgres"]',
  ].flatMap((change) => ['--change', change]);
  execFileSync('docker', ['import', ...changes, archive, NAME], { stdio: ['ignore', 'ignore', 'inherit'] });
  console.log(NAME);
} finally {
  rmSync(scratch, { recursive: true });
}

/** Absolute paths of the libraries that programs are linked to, the loader included. */
function librariesOf(programs: string[]): Set<string> {
  const { stdout, status, stderr } = spawnSync('ldd', programs, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ldd failed: ${stderr}`);
  return new Set([...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!));
}

/** To the same place, as the file that it links to. */
function copy(path: string, root: string): void {
  const to = join(root, path);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(path), to);
}

function write(root: string, path: string, content: string): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
