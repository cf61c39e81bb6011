/** `holdfast`: reads the words, calls what does the work, and turns what comes of it into an exit code. */
import { Command, CommanderError } from 'commander';
import { HoldfastError } from '../errors.ts';
import { version } from '../runs/environment.ts';
import { EXIT } from '../runs/exit-codes.ts';
import { check } from './commands/check.ts';
import { doctor } from './commands/doctor.ts';
import { explore } from './commands/explore.ts';
import { list } from './commands/list.ts';
import { load } from './commands/load.ts';
import { merge } from './commands/merge.ts';
import { migrate } from './commands/migrate.ts';
import { mockLlm } from './commands/mock-llm.ts';
import { selfTest } from './commands/self-test.ts';
import { serve } from './commands/serve.ts';
import { stuck } from './commands/stuck.ts';
import { sweep } from './commands/sweep.ts';
import { verify } from './commands/verify.ts';

const program = new Command('holdfast')
  .description('Proves that a chat which streams LLM answers loses nothing.')
  .version(version())
  .showSuggestionAfterError()
  .exitOverride()
  .configureOutput({ outputError: () => {} });

for (const command of [
  verify,
  explore,
  load,
  merge,
  sweep,
  selfTest,
  check,
  list,
  doctor,
  serve,
  mockLlm,
  migrate,
  stuck,
]) {
  program.addCommand(inherit(command));
}

function inherit(command: Command): Command {
  for (const child of command.commands) inherit(child);
  return command.exitOverride().copyInheritedSettings(program);
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}
// What is left open (a timer, a socket half closed) must not keep the command from ending; and left to itself, Node 24
// has been seen to spin for ever in its own clean-up of handles.
process.stdout.write('', () => process.exit());

/** Of the command that was named, where it is one. */
function helpFor(): string {
  const command = program.commands.find((known) => known.name() === process.argv[2]);
  return command ? `holdfast ${command.name()} --help` : 'holdfast --help';
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version end by an "error" of exit code 0.
    if (error.exitCode === 0) return EXIT.pass;
    // Without a command the help itself was the answer.
    if (error.code !== 'commander.help')
      process.stderr.write(`HF_USAGE: ${error.message.replace(/^error: /, '')}\nSee ${helpFor()}.\n`);
    return EXIT.usage;
  }
  if (error instanceof HoldfastError) {
    process.stderr.write(`${error.code}: ${error.message}\n`);
    return error.exit;
  }
  process.stderr.write(`HF_INTERNAL: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.harness;
}
