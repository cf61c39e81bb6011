/** How a generation hears the LLM: from the start, or going on with what another process began to write down. */
import type { Speech } from './generation/generation.ts';
import { LlmError } from './llm/error.ts';
import { cancel } from './llm/responses.ts';
import { retry } from './retry.ts';
import type { Services } from './services.ts';
import { isUnavailable } from './store/database.ts';
import { FIRST_EPOCH, nameResponse, type Orphan, responsesOf } from './store/generations.ts';

type Hearing = Pick<Services, 'parts' | 'config' | 'db' | 'messages' | 'log'>;

/** The answer to a question, from the start. */
export function hearAnswer(hearing: Hearing, question: string, id: string): Speech {
  const { parts, config, db, messages } = hearing;
  if (config.llm.api === 'chat') {
    return {
      speak: (signal) => begun(messages.upTo(question), (turns) => parts.chat(config.llm, turns, signal)),
    };
  }
  const name = Promise.withResolvers<string>();
  const named = async (response: string) => {
    name.resolve(response);
    const write = () => nameResponse(db, { id, epoch: FIRST_EPOCH }, response);
    await retry(write, isUnavailable, config.databaseTimeout).catch((cause) => {
      throw new LlmError('INTERNAL', "the name of the LLM's answer cannot be saved", { cause });
    });
  };
  return {
    speak: (signal) =>
      begun(messages.upTo(question), (turns) => parts.responses(config.llm, turns, signal, named)),
    discard: () => void name.promise.then((response) => discard(hearing, response)),
  };
}

/** What `begin` yields, once there is what it needs. Passes each step on as it is: a generator around a generator costs as much again. */
function begun<T>(needed: Promise<T>, begin: (needed: T) => AsyncIterable<string>): AsyncIterable<string> {
  return {
    [Symbol.asyncIterator]() {
      let inner: AsyncIterator<string> | undefined;
      return {
        async return() {
          return (await inner?.return?.()) ?? { done: true, value: undefined };
        },
        next() {
          if (inner) return inner.next();
          return needed.then((it) => {
            inner = begin(it)[Symbol.asyncIterator]();
            return inner.next();
          });
        },
      };
    },
  };
}

/** The rest of an answer. */
export function hearRest(hearing: Hearing, orphan: Orphan): Speech {
  const { parts, config } = hearing;
  const response = orphan.response!;
  return {
    speak: (signal) => parts.goOn(config.llm, { ...orphan, response }, signal),
    discard: () => void discard(hearing, response),
  };
}

/** Tells the LLM that nobody wants more of answers that have been taken from their owners and ended. */
export function discardEnded(hearing: Pick<Hearing, 'config' | 'db' | 'log'>, ids: string[]): void {
  if (hearing.config.llm.api === 'chat') return;
  responsesOf(hearing.db, ids).then(
    (responses) => Promise.all(responses.map((response) => discard(hearing, response))),
    (error) => hearing.log.warn({ err: error, generations: ids }, 'not cancelled at the LLM'),
  );
}

/** At best: an answer that the LLM has finished, or forgotten, needs none. */
async function discard({ config, log }: Pick<Hearing, 'config' | 'log'>, response: string): Promise<void> {
  await cancel(config.llm, response).catch((error) =>
    log.debug({ err: error, response }, 'not cancelled at the LLM'),
  );
}
