/** The mock LLM as a program. Says on standard output, in one line of JSON, where it listens. */
import { parseArgs } from 'node:util';
import { MockLlmError } from './errors.ts';
import { messageOf } from './http.ts';
import { type MockLlmOptions, startMockLlm } from './server.ts';

function optionsIn(args: string[]): MockLlmOptions {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        'keep-events': { type: 'string' },
        'keep-calls': { type: 'string' },
      },
    });
    const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
    if (!(port <= 65535)) throw new Error(`--port must be a number from 0 to 65535, not "${values.port}"`);
    const kept = (name: 'keep-events' | 'keep-calls') => {
      const keep = values[name];
      if (keep === undefined) return undefined;
      if (/^[1-9]\d{0,8}$/.test(keep)) return Number(keep);
      throw new Error(`--${name} must be a number from 1 to 999999999, not "${keep}"`);
    };
    const [keepEvents, keepCalls] = [kept('keep-events'), kept('keep-calls')];
    return {
      port,
      host: values.host,
      ...(keepEvents !== undefined && { keepEvents }),
      ...(keepCalls !== undefined && { keepCalls }),
    };
  } catch (error) {
    throw new MockLlmError('ML_USAGE', { what: messageOf(error) });
  }
}

try {
  const mock = await startMockLlm(optionsIn(process.argv.slice(2)));
  process.stdout.write(`${JSON.stringify({ listening: mock.url })}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void mock.close());
} catch (error) {
  if (!(error instanceof MockLlmError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = error.status;
}
