/** The database of the operators' commands: what goes wrong with it is theirs to mend, and told as that. */
import pg from 'pg';
import { ConnectError } from '../../reference-server/store/client.ts';
import { isUnavailable } from '../../reference-server/store/database.ts';
import { HoldfastError } from '../errors.ts';

/** No such table, no such column. */
const NO_SCHEMA = /^(42P01|42703)$/;
/** Who may log in, no such database, not permitted, only to be read, in the way of our tables: as the database is. */
const SURROUNDINGS = /^(28...|3D000|42501|25006|42P07)$/;

/** @throws HoldfastError where this names no database, or one that is not there, not to be used or without the schema */
export async function onDatabase<T>(
  databaseUrl: string,
  work: (databaseUrl: string) => Promise<T>,
): Promise<T> {
  requireUrl(databaseUrl);
  try {
    return await work(databaseUrl);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const parameters = { url: withoutPassword(databaseUrl), what: error.message };
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (NO_SCHEMA.test(code)) throw new HoldfastError('HF_SCHEMA', parameters, { cause: error });
    if (error instanceof ConnectError || isUnavailable(error) || SURROUNDINGS.test(code))
      throw new HoldfastError('HF_DATABASE', parameters, { cause: error });
    throw error;
  }
}

function requireUrl(text: string): void {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return;
  const url = text === '' ? '""' : withoutPassword(text);
  throw new HoldfastError('HF_DATABASE', { url, what: 'this is no postgres:// URL' });
}

/** Works on what is no URL, too: that may be one with a slip in it. */
export function withoutPassword(url: string): string {
  return (
    url
      // Not of `scheme://user@host`, which has no password: there what stands before the first colon is no user.
      .replace(
        /^([^/@]*\/\/)?([^:/@]*):(?!\/\/[^:@]*@[^@]*$).*@/,
        (_, scheme: string = '', user: string) => `${scheme}${user}@`,
      )
      .replace(/([?&](?:password|sslpassword)=)[^&]*/g, '$1…')
  );
}
