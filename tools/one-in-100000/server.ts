/**
 * The reference server with one defect in one answer: of the question that holds HOLDFAST_LOSES, chunk
 * HOLDFAST_LOSES_CHUNK (from 0) is not sent to whoever asked. The database has it.
 */
import { inspect } from 'node:util';
import { pino } from 'pino';
import { readConfig } from '../../reference-server/config.ts';
import { PARTS, type Parts } from '../../reference-server/parts.ts';
import { startServer } from '../../reference-server/server.ts';

const { HOLDFAST_LOSES: loses = '', HOLDFAST_LOSES_CHUNK = '0' } = process.env;
const chunk = Number(HOLDFAST_LOSES_CHUNK);

const losing: Parts = {
  ...PARTS,
  send: (services, user, asked, response) =>
    PARTS.send(
      loses !== '' && asked.content.includes(loses)
        ? { ...services, parts: { ...services.parts, readAlong } }
        : services,
      user,
      asked,
      response,
    ),
};

const readAlong: Parts['readAlong'] = (generation, stream, place) => {
  const { send } = stream;
  stream.send = (event, id, data) => {
    const isIt = event === 'chunk' && (data as { index: number }).index === chunk;
    if (!isIt) send.call(stream, event, id, data);
  };
  PARTS.readAlong(generation, stream, place);
};

const config = readConfig(process.env);
const log = pino({ level: config.logLevel }, pino.destination({ fd: 2, sync: false }));
const server = await startServer(config, log, losing);
process.on('SIGTERM', () => {
  server.close().then(
    () => process.exit(0),
    (error) => {
      process.stderr.write(`${inspect(error)}\n`);
      process.exit(70);
    },
  );
});
process.stdout.write(`${JSON.stringify({ listening: server.url })}\n`);
