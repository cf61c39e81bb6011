/**
 * Starts the server from the environment. When it is ready, one line of JSON on standard output says where it
 * listens; the log goes to standard error, a line of JSON each. SIGTERM and SIGINT shut it down, a second one ends
 * it at once. Exit codes: 0 shut down, 64 wrong settings or surroundings, 70 the server failed, 130 ended at once.
 */
import { inspect } from 'node:util';
import { pino } from 'pino';
import { type Config, readConfig } from './config.ts';
import { StartError } from './errors.ts';
import { type Server, startServer } from './server.ts';

/** ms that whoever reads the log has to take what is left of it at the end. */
const LAST_LINES = 1_000;
// Not in step: whoever reads the log slowly would halt the server, 100 ms at a time.
const destination = pino.destination({ fd: 2, sync: false });

try {
  const config = readConfig(process.env);
  serve(await start(config));
} catch (error) {
  const wrong = error instanceof StartError;
  process.stderr.write(`${wrong ? error.message : inspect(error)}\n`);
  process.exitCode = wrong ? 64 : 70;
}

async function start(config: Config): Promise<Server> {
  const log = pino({ level: config.logLevel }, destination);
  if (config.defects.length === 0) return startServer(config, log);
  const { planted } = await import('./defects/index.ts');
  const parts = planted(config.defects);
  log.warn({ defects: config.defects }, 'defects are planted: this server is broken on purpose');
  return startServer(config, log, parts);
}

function serve(server: Server): void {
  let signals = 0;
  const shutDown = () => {
    signals += 1;
    if (signals > 1) process.exit(130);
    server.close().then(
      () => {
        destination.once('finish', () => process.exit(0)).end();
        // On its way out the log would be written in step, for as long as that takes.
        setTimeout(() => {
          destination.flushSync = () => {};
          process.exit(0);
        }, LAST_LINES);
      },
      (error) => {
        process.stderr.write(`${inspect(error)}\n`);
        process.exit(70);
      },
    );
  };
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
  process.stdout.write(`${JSON.stringify({ listening: server.url })}\n`);
}
