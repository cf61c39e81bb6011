import { Command } from 'commander';
import { MockLlmError } from '../../../mock-llm/errors.ts';
import { startMockLlm } from '../../../mock-llm/server.ts';
import { untilSignalled } from '../../runs/interruption.ts';
import { wholeNumber } from '../options.ts';

export const mockLlm = new Command('mock-llm')
  .description('Starts the mock LLM alone: an OpenAI-compatible API whose every chunk is known beforehand.')
  .option('--port <number>', '0: any free one', wholeNumber(0, 65535), 0)
  .option('--host <address>', 'where it listens; its admin API answers loopback only', '127.0.0.1')
  .addHelpText(
    'after',
    `
A directive in the last user message says what it answers:
  [[holdfast seed=1z141z chunks=40 gap=20 first=200 mode=natural]]
    seed    which answer, base 36, unsigned 32-bit      gap    ms between two chunks (0)
    chunks  how many chunks                             first  ms before the first (0)
    mode    marked (each chunk carries a watermark) or natural
A message without one gets a fixed text.

Try:
  curl -N http://127.0.0.1:PORT/v1/chat/completions -H 'content-type: application/json' \\
    -d '{"model":"mock","stream":true,"messages":[{"role":"user","content":"[[holdfast seed=1 chunks=9]]"}]}'
  curl http://127.0.0.1:PORT/admin/ledger`,
  )
  .action(async (options) => {
    const mock = await startMockLlm(options).catch(refused);
    if (!mock) return;
    process.stdout.write(`The mock LLM listens on ${mock.url}/v1 (its ledger: ${mock.url}/admin/ledger)\n`);
    await untilSignalled();
    await mock.close();
  });

/** The mock LLM has a catalogue of errors of its own, for it is a program of its own. */
function refused(error: unknown): undefined {
  if (!(error instanceof MockLlmError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.status;
}
