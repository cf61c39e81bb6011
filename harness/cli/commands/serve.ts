import { Command } from 'commander';
import { interruption } from '../../runs/interruption.ts';
import { type Addresses, serve as start } from '../../runs/serve.ts';
import { configOption, postgresOption } from '../options.ts';

export const serve = new Command('serve')
  .description('Starts the whole stack and leaves it running, to play with.')
  .option('--persistence <way>', 'way of persisting; default: the first of the target')
  .addOption(postgresOption())
  .addOption(configOption())
  .action(async (options) => {
    await start(options, (at) => process.stdout.write(addresses(at)), interruption());
  });

function addresses({ proxied, target, llm, databaseUrl, user, logs }: Addresses): string {
  const authorization = Object.entries(user.headers).map(([name, value]) => `-H '${name}: ${value}'`);
  return `
Target     ${target}   (through the fault proxy: ${proxied})
Mock LLM   ${llm}/v1   (its ledger: ${llm}/admin/ledger)
Database   ${databaseUrl}
Logs       ${logs}

Ask it something (user ${user.name}):
  S=$(curl -s ${target}/api/v1/chat/sessions -X POST ${authorization.join(' ')} \\
        -H 'content-type: application/json' -d '{}' | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
  curl -N ${target}/api/v1/chat/messages ${authorization.join(' ')} -H 'content-type: application/json' \\
    -d "{\\"session_id\\":\\"$S\\",\\"content\\":\\"What holds kelp? [[holdfast seed=1 chunks=40 gap=200]]\\"}"

Ctrl-C stops all of it and leaves nothing behind.
`;
}
