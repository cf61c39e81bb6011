/** What a page holds of its conversations. All of it is replaced, never changed: identity tells what is new. */

/** The server's word about an answer. */
export type State = 'generating' | 'completed' | 'error' | 'cancelled';

/** How far a message is, as its reader sees it. */
export type Phase = 'sending' | 'streaming' | 'sent' | 'error';

/** What went wrong: a stable code and a sentence for the reader. */
export interface Problem {
  code: string;
  message: string;
}

export interface Message {
  /** Stable for as long as the page lives: the idempotency key for what was sent here, else the server's id. */
  key: string;
  /** The server's id; empty until it is known. */
  id: string;
  role: 'user' | 'assistant';
  text: string;
  /** Of an answer: the key of its question. */
  answers: string | null;
  phase: Phase;
  /** Empty until the server has said something. */
  state: State | '';
  problem: Problem | null;
  /** Why what had been shown became shorter. */
  shortened: string | null;
}

export interface Conversation {
  session: string;
  messages: readonly Message[];
  /** It is being read from the server; what is held is shown meanwhile. */
  isLoading: boolean;
  /** Something in it is not finished. */
  isStreaming: boolean;
  problem: Problem | null;
}

/** A message as the server has stored it. */
export interface Row {
  id: string;
  role: 'user' | 'assistant' | 'system';
  content: string;
  status: State;
  reply_to: string | null;
  error: Problem | null;
}

export function unfinished({ phase }: Message): boolean {
  return phase === 'sending' || phase === 'streaming';
}

/**
 * What is held of an answer after a look at its row. While it is generated the row lags behind what is delivered,
 * so that only a longer one says anything; once it has ended, the row is the truth.
 *
 * @param isTruth the row counts although the answer is generated: the server has refused to go on from what is held
 */
export function adopt(held: Message, row: Row, isTruth = false): Message {
  const ended = row.status !== 'generating';
  const goesOn = row.content.startsWith(held.text);
  const behind = !goesOn && held.text.startsWith(row.content);
  const text = behind && !ended && !isTruth ? held.text : row.content;
  const lost = !goesOn && text !== held.text;
  const next: Message = {
    ...held,
    id: row.id,
    text,
    state: row.status,
    phase: phaseOf(row.status),
    problem: row.status === 'error' ? (row.error ?? UNEXPLAINED) : null,
    shortened: lost ? reasonFor(held.text, text) : held.shortened,
  };
  return same(held, next) ? held : next;
}

export function phaseOf(state: State): Phase {
  if (state === 'generating') return 'streaming';
  return state === 'error' ? 'error' : 'sent';
}

const UNEXPLAINED: Problem = {
  code: 'UNEXPLAINED',
  message: 'The answer failed; the server did not say why.',
};

function reasonFor(had: string, has: string): string {
  const kept = had.startsWith(has) ? `the last ${had.length - has.length} characters` : 'a part of it';
  return `You had seen more of this answer: ${kept} had not been saved when it ended. This is what is left.`;
}

function same(a: Message, b: Message): boolean {
  return (
    a.id === b.id &&
    a.text === b.text &&
    a.state === b.state &&
    a.phase === b.phase &&
    a.problem?.code === b.problem?.code &&
    a.shortened === b.shortened
  );
}

/** A conversation as its rows have it, with what is known here and not there yet at its end. */
export function merged(
  messages: readonly Message[],
  rows: readonly Row[],
  adoptRow: (held: Message, row: Row) => Message,
): Message[] {
  const held = new Map(messages.filter(({ id }) => id !== '').map((message) => [message.id, message]));
  const unnamed = messages.filter(({ id }) => id === '');
  const withheld = withheldFor(unnamed, rows, held);
  const keys = new Map<string, string>();
  const merged: Message[] = [];
  for (const row of rows) {
    if (row.role === 'system' || withheld.has(row.id)) continue;
    const message = held.get(row.id) ?? fresh(row, keys);
    keys.set(row.id, message.key);
    merged.push(row.role === 'assistant' ? adoptRow(message, row) : message);
  }
  const there = new Set(rows.map(({ id }) => id));
  for (const message of messages) {
    if (there.has(message.id)) continue;
    const question = merged.findIndex(({ key }) => key === message.answers);
    merged.splice(question < 0 ? merged.length : question + 1, 0, message);
  }
  return merged;
}

/**
 * A question that is on its way may have arrived already: its row is not shown beside it, nor is its answer, until
 * the server has named it.
 */
function withheldFor(
  unnamed: readonly Message[],
  rows: readonly Row[],
  held: ReadonlyMap<string, Message>,
): Set<string> {
  const withheld = new Set<string>();
  for (const { role, text } of unnamed) {
    if (role !== 'user') continue;
    const row = rows.findLast(
      ({ id, role, content }) => role === 'user' && content === text && !held.has(id) && !withheld.has(id),
    );
    if (!row) continue;
    withheld.add(row.id);
    for (const { id, reply_to } of rows) if (reply_to === row.id) withheld.add(id);
  }
  return withheld;
}

function fresh(row: Row, keys: ReadonlyMap<string, string>): Message {
  return {
    key: row.id,
    id: row.id,
    role: row.role === 'user' ? 'user' : 'assistant',
    text: row.role === 'user' ? row.content : '',
    answers: row.reply_to === null ? null : (keys.get(row.reply_to) ?? row.reply_to),
    phase: row.role === 'user' ? 'sent' : 'streaming',
    state: row.role === 'user' ? 'completed' : 'generating',
    problem: null,
    shortened: null,
  };
}
