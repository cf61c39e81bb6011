import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { MockLlmError } from '../../../mock-llm/errors.ts';
import { parseRecording } from '../../../mock-llm/recording.ts';
import { type MockLlm, type MockLlmOptions, startMockLlm } from '../../../mock-llm/server.ts';
import { SIZES } from '../../../mock-llm/sizes.ts';
import { HoldfastError } from '../../errors.ts';
import { untilSignalled } from '../../runs/interruption.ts';
import { wholeNumber } from '../options.ts';

interface Options {
  port: number;
  host: string;
  faults?: string;
  record?: string;
  upstream?: string;
  replay?: string[];
  keepEvents?: number;
  keepCalls?: number;
}

export const mockLlm = new Command('mock-llm')
  .description('Starts the mock LLM alone: the APIs of OpenAI and Anthropic, every chunk known beforehand.')
  .option('--port <number>', '0: any free one', wholeNumber(0, 65535), 0)
  .option('--host <address>', 'where it listens; its admin API answers loopback only', '127.0.0.1')
  .option(
    '--faults <file>',
    'faults for calls that say nothing about them: {"all": "…", "seeds": {"z": "…"}}',
  )
  .option('--record <folder>', 'pass every call on to --upstream, and write the answers there')
  .option('--upstream <url>', 'the provider that is recorded, such as https://api.openai.com')
  .option('--replay <files...>', 'answer calls without a directive as recorded, one file for each path')
  .option(
    '--keep-events <number>',
    'so many events of the ledger are kept; default: 1000000',
    wholeNumber(1, 999_999_999),
  )
  .option(
    '--keep-calls <number>',
    'so many ended calls of the ledger are kept; default: 10000',
    wholeNumber(1, 999_999_999),
  )
  .addHelpText(
    'after',
    `
A directive in the last user message says what it answers, and what goes wrong:
  [[holdfast seed=1z141z chunks=40 gap=20 faults=stall@17:4000,reset@17]]
    seed    which answer, base 36, unsigned 32-bit
    chunks  how many chunks, or a length profile
    gap     ms between two chunks (0)
    first   ms before the first (0)
    pace    a profile instead of gap and first
    faults  what strikes at which chunk
    mode    marked (each chunk carries a watermark), natural, or chunks as long
            as those of ${Object.keys(SIZES).slice(0, 3).join(', ')},
            ${Object.keys(SIZES).slice(3).join(', ')}
    reasoning, tool
            deltas of reasoning before, and of a tool call after the text
A message without one gets a fixed text.
All words, faults and profiles: docs/mock-llm.md

It speaks
  POST /v1/chat/completions
  POST /v1/responses (and background mode)
  POST /v1/messages
and says what it sent under /admin/ledger and /metrics.

Try:
  curl -N http://127.0.0.1:PORT/v1/chat/completions \\
    -H 'content-type: application/json' -d '{"model":"mock","stream":true,
      "messages":[{"role":"user","content":"[[holdfast seed=1 chunks=9]]"}]}'
  curl http://127.0.0.1:PORT/admin/ledger`,
  )
  .action(async (options: Options) => {
    const mock = await started(options).catch(refused);
    if (!mock) return;
    process.stdout.write(`The mock LLM listens on ${mock.url}/v1 (its ledger: ${mock.url}/admin/ledger)\n`);
    await untilSignalled();
    await mock.close();
  });

async function started(options: Options): Promise<MockLlm> {
  return startMockLlm(mockOptions(options));
}

/** The mock LLM has a catalogue of errors of its own, for it is a program of its own. */
function refused(error: unknown): undefined {
  if (!(error instanceof MockLlmError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.status;
}

function mockOptions({
  port,
  host,
  faults,
  record,
  upstream,
  replay = [],
  keepEvents,
  keepCalls,
}: Options): MockLlmOptions {
  if ((record === undefined) !== (upstream === undefined)) {
    const what = '--record and --upstream belong together';
    throw new HoldfastError('HF_USAGE', { what, command: 'mock-llm' });
  }
  return {
    port,
    host,
    ...(keepEvents !== undefined && { keepEvents }),
    ...(keepCalls !== undefined && { keepCalls }),
    ...(faults !== undefined && { faultsFile: { name: faults, text: contentOf(faults) } }),
    ...(record !== undefined && upstream !== undefined && { record: { folder: record, upstream } }),
    replays: replay.map((file) => parseRecording(file, contentOf(file))),
  };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new MockLlmError('ML_FILE', { file, what: (error as Error).message }, { cause: error });
  }
}
