/** What the target has stored of a session, and the books of what it said. */
import { type GenerationState, now } from '../../history/index.ts';
import type { HttpAnswer } from '../../targets/target.ts';
import type { PlayBooks } from './books.ts';
import { type Context, type Question, SILENCE } from './context.ts';
import { ask } from './exchange.ts';

/** Who asks for a session. */
export interface Asker {
  context: Context;
  books: PlayBooks;
  actor: string;
  session: string;
}

/** An answer as the list of its session holds it. */
export interface StoredAnswer {
  send: number;
  message: string;
  text: string;
  state: GenerationState;
}

/**
 * Reads the list of a session and books what it says of these questions.
 *
 * @param how `fresh`: by who never saw anything; `insists`: who will ask again, so that a refusal is no last word
 * @returns undefined where no answer came that could be read
 */
export async function readSession(
  { context, books, actor, session }: Asker,
  questions: readonly Question[],
  { fresh = false, insists = false }: { fresh?: boolean; insists?: boolean } = {},
): Promise<StoredAnswer[] | undefined> {
  const way = context.way();
  if (!way) return undefined;
  const fields = { op: context.name('o'), f: 'read', actor, session } as const;
  const asked = now();
  let answer: HttpAnswer;
  try {
    answer = await ask(way, context.target.history(session), SILENCE);
  } catch {
    return undefined;
  }
  if (answer.status >= 300) {
    if (insists) return undefined;
    const { status: http } = answer;
    books.record({ type: 'fail', ...fields, http, reason: `the session could not be read: status ${http}` });
    return undefined;
  }
  try {
    const { questions: known, answers } = context.target.answers(answer);
    const asks = new Set(questions.map(({ text }) => text));
    const [first] = questions;
    for (const { message, question, text } of answers) {
      // Of an answer without a question nobody can say where it belongs.
      if (!first || question === null || asks.has(question)) continue;
      books.record({
        type: 'stray',
        actor,
        send: first.spec.seed,
        owner: null,
        message,
        length: text.length,
      });
    }
    return questions.flatMap(({ spec: { seed: send }, text }) => {
      const own = answers.filter(({ question }) => question === text);
      const last = own.at(-1);
      books.record({
        type: 'state',
        from: 'list',
        actor,
        send,
        asked,
        state: last?.state ?? 'absent',
        question: known.includes(text),
        ...(last && { length: last.text.length }),
        ...(own.length > 1 && { answers: own.length }),
        ...(fresh && { fresh }),
      });
      return last ? [{ send, message: last.message, text: last.text, state: last.state }] : [];
    });
  } catch (error) {
    books.record({ type: 'unreadable', actor, what: 'answer', reason: String(error).slice(0, 200) });
    return undefined;
  }
}
