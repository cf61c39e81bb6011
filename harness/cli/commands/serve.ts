import { Command } from 'commander';
import { interruption } from '../../runs/interruption.ts';
import { type Addresses, KEY, serve as start } from '../../runs/serve.ts';
import type { HttpRequest, User } from '../../targets/target.ts';
import { configOption, postgresOption } from '../options.ts';

export const serve = new Command('serve')
  .description('Starts the whole stack and leaves it running, to play with.')
  .option('--persistence <way>', 'way of persisting; default: the first of the target')
  .addOption(postgresOption())
  .addOption(configOption())
  .action(async (options) => {
    await start(options, (at) => process.stdout.write(addresses(at)), interruption());
  });

function addresses(at: Addresses): string {
  const { proxied, target, llm, databaseUrl, page, user, ask, logs } = at;
  return `
${page === undefined ? '' : `Page       ${page}\n`}Target     ${target}   (through the fault proxy: ${proxied})
Mock LLM   ${llm}/v1   (its ledger: ${llm}/admin/ledger)
Database   ${databaseUrl}
Logs       ${logs}

${
  ask === undefined
    ? 'The target refused to make a session, so there is no question to show here; see its log.'
    : `Ask it something (user ${user.name}):\n  ${curl(ask, target, user)}`
}

What stands in [[…]] tells the mock LLM what to say: holdfast mock-llm --help${page === undefined ? '' : '. Write it in the page, too'}.
Ctrl-C stops all of it and leaves nothing behind.
`;
}

/** A command for any shell; it may be given again, for each time it has another key. */
function curl({ method, path, headers, json }: HttpRequest, origin: string, user: User): string {
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const words = [
    ...Object.entries({ ...user.headers, ...type, ...headers }).map(
      ([name, value]) => `-H ${quoted(`${name}: ${value}`)}`,
    ),
    ...(json === undefined ? [] : [`-d ${quoted(JSON.stringify(json))}`]),
  ];
  const command = [`curl -sN -X ${method} ${quoted(new URL(path, origin).href)}`, ...words].join(' \\\n    ');
  return command.replaceAll(KEY, `'"$(date +%s)"'`);
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
