/** The last look at a visit, when its answers have ended: by a reader who never saw anything, and into the database. */

import { now } from '../../history/index.ts';
import type { PlayBooks } from './books.ts';
import type { Context, Question } from './context.ts';
import type { Snapshots } from './snapshots.ts';
import { readSession } from './stored.ts';
import { sleep } from './visit.ts';

/** For as long as a target needs that is being started again. */
const TRIES = 60;
const PAUSE = 250;

export interface Audited {
  context: Context;
  books: PlayBooks;
  sessions: readonly { id: string; questions: readonly Question[] }[];
}

export async function audit(
  { context, books, sessions }: Audited,
  snapshots: Snapshots | undefined,
): Promise<void> {
  const asked = sessions.filter(({ questions }) => questions.length > 0);
  for (const session of asked) await readAfresh(context, books, session);
  if (!snapshots || asked.length === 0) return;
  const snapshot = await snapshots.of(asked.map(({ id }) => id));
  const op = context.name('o');
  if (!snapshot) {
    const reason = 'the database could not be looked into';
    // It can be looked into, and was not: that is for the judge to know.
    books.record({ type: 'info', op, f: 'probe', actor: 'database', reason });
    return;
  }
  for (const { spec, text } of asked.flatMap(({ questions }) => questions)) {
    const own = snapshot.rows.filter(({ question }) => question === text);
    const row = own.at(-1);
    books.record({
      type: 'row',
      op,
      send: spec.seed,
      asked: snapshot.asked,
      text: row?.answer?.text ?? '',
      state: row?.answer?.state ?? 'absent',
      question: row !== undefined,
      ...(own.length > 1 && { answers: own.length }),
      final: true,
    });
  }
}

/** A connection may break through no fault of what is read; what is not there after that is missed by the judge. */
async function readAfresh(
  context: Context,
  books: PlayBooks,
  session: Audited['sessions'][number],
): Promise<void> {
  const actor = 'fresh-reader';
  const asker = { context, books, actor, session: session.id };
  for (let tries = 1; tries <= TRIES; tries++) {
    if (context.way() === null) await context.whenServed();
    const insists = tries < TRIES;
    const answers = await readSession(asker, session.questions, { fresh: true, insists });
    if (!answers) {
      await sleep(PAUSE);
      continue;
    }
    for (const { spec } of session.questions) {
      const view = context.name('v');
      const send = spec.seed;
      const answer = answers.find((known) => known.send === send);
      books.record({ type: 'view.open', view, actor, send, kind: 'snapshot', fresh: true });
      books.seen(view, send, 'set', answer?.text ?? '', now());
      if (answer) books.record({ type: 'view.end', view, send, state: answer.state });
      books.record({ type: 'view.close', view, send, why: 'snapshot' });
    }
    return;
  }
}
