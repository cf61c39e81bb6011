import { expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { StartError } from './errors.ts';

const ENOUGH = {
  DATABASE_URL: 'postgres://u:p@127.0.0.1/chat',
  LLM_BASE_URL: 'http://127.0.0.1:1/v1/',
  LLM_MODEL: 'm',
  TOKENS: 'alice=a,bob=b',
};

test('what must be set is enough', () => {
  const config = readConfig({ ...ENOUGH, LLM_API_KEY: '' });
  expect(config).toMatchObject({
    persistence: 'checkpoint',
    orphans: 'error',
    checkpoint: { chunks: 5, within: 2_000 },
    port: 0,
  });
  expect(config.llm).toEqual({
    api: 'chat',
    baseUrl: 'http://127.0.0.1:1/v1',
    model: 'm',
    idleTimeout: 60_000,
  });
  expect([...config.users]).toEqual([
    ['a', 'alice'],
    ['b', 'bob'],
  ]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['nothing', { DATABASE_URL: '', LLM_BASE_URL: '', LLM_MODEL: '' }, /DATABASE_URL.*LLM_BASE_URL.*LLM_MODEL/],
  ['a URL of another kind', { DATABASE_URL: 'http://x' }, /DATABASE_URL: must be a postgres/],
  ['a port out of range', { PORT: '70000' }, /PORT/],
  ['a number that is none', { CHECKPOINT_CHUNKS: 'five' }, /CHECKPOINT_CHUNKS/],
  ['an unknown way to persist', { PERSISTENCE: 'never' }, /PERSISTENCE.*checkpoint.*at-end/],
  ['an unknown API of the LLM', { LLM_API: 'completions' }, /LLM_API.*chat.*responses/],
  ['orphans that no LLM goes on with', { ORPHANS: 'continue' }, /ORPHANS=continue.*LLM_API=responses/],
  [
    'answers that end with their connection, and an LLM that goes on',
    { LLM_API: 'responses', PERSISTENCE: 'at-end' },
    /PERSISTENCE=at-end.*LLM_API=chat/,
  ],
  ['no users', { TOKENS: '' }, /TOKENS.*AUTH=development/],
  ['malformed users', { TOKENS: 'alice' }, /TOKENS: must be a list/],
  ['two users with one token', { TOKENS: 'a=x,b=x' }, /one token to both a and b/],
])('with %s in the environment it says so', (_, environment, sentence) => {
  expect(() => readConfig({ ...ENOUGH, ...environment })).toThrow(StartError);
  expect(() => readConfig({ ...ENOUGH, ...environment })).toThrow(sentence);
});
