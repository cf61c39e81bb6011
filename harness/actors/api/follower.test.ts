/** What becomes of a send of which nobody knows whether it arrived: found by exploring (seed 11, program 1228xs5). */
import { Agent, createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createSource, type HistoryEvent } from '../../history/index.ts';
import { reference } from '../../targets/reference.ts';
import type { ActorSettings } from '../driver.ts';
import { openView } from '../view.ts';
import { createConnectivity } from './connectivity.ts';
import { follow } from './follower.ts';
import { createReader } from './reader.ts';
import { API_DEFAULTS } from './settings.ts';

const SEND = 7;
type Answer = (response: ServerResponse) => void;

/** The head of a stream, and then the server is gone. */
const dies: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  setImmediate(() => response.destroy());
};
const isUnavailable: Answer = (response) => void response.writeHead(502).end();
const isNoUse: Answer = (response) => void response.writeHead(400).end();
const answers: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: message\ndata: {"message_id":"m"}\n\n');
  response.end('event: done\ndata: {"status":"completed","length":0}\n\n');
};

/** @returns how the sends came out, in order, and whether the view learnt the end */
async function sending(...script: Answer[]) {
  let asked = 0;
  const server = createServer((_, response) => script[Math.min(asked++, script.length - 1)]!(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent();
  const outcomes: string[] = [];
  const recorder = createSource('test', (_: HistoryEvent) => {});
  const name = (kind: string) => `${kind}-${asked}`;
  const settings: ActorSettings = {
    ...API_DEFAULTS,
    ...{ play: 'play', target: reference, persistence: 'checkpoint', pageMode: 'plain', recorder, name },
    ...{ sourceOf: () => '', user: reference.users[0], identify: () => SEND, sendsIn: () => [SEND] },
    starved: () => 0,
  };
  const { port } = server.address() as AddressInfo;
  const way = () => ({ origin: `http://127.0.0.1:${port}`, agent, headers: {} });
  const view = openView({ id: 'view', actor: 'tab', send: SEND, recorder });
  const reader = createReader(settings, 'tab', way);
  const context = { settings, actor: 'tab', way, connectivity: createConnectivity(), reader };
  const following = follow(context, view, 'kelp', () => ({
    request: reference.send({ session: 'kelp', text: 'why', key: 'k' }),
    accepted: (http) => outcomes.push(`accepted ${http}`),
    refused: (http) => outcomes.push(`refused ${http}`),
    broken: () => outcomes.push('broken'),
  }));
  onTestFinished(() => {
    following.stop();
    agent.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { outcomes, view, taken: following.taken, asked: () => asked };
}

test('a repetition that nobody serves says nothing of what it repeats: it is repeated again', async () => {
  const { outcomes, view } = await sending(dies, isUnavailable, isUnavailable, answers);
  await view.when(({ ended }) => ended !== undefined);
  expect(outcomes).toEqual(['accepted 200', 'refused 502', 'refused 502', 'accepted 200']);
});

test.each([
  ['a first send that is not served', isUnavailable, ['refused 502']],
  ['a first send that is refused', isNoUse, ['refused 400']],
])('%s was never taken on, and is not repeated', async (_, refusal, expected) => {
  const { outcomes, taken, asked } = await sending(refusal, answers);
  await taken;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect({ outcomes, asked: asked() }).toEqual({ outcomes: expected, asked: 1 });
});

test('a repetition that is refused for what it is ends it', async () => {
  const { outcomes, asked } = await sending(dies, isNoUse, answers);
  await expect.poll(asked).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect({ outcomes, asked: asked() }).toEqual({ outcomes: ['accepted 200', 'refused 400'], asked: 2 });
});
