import type { Conversation, Session } from '../client/index.ts';

const LENGTH = 60;

/** The session's own title, else how its conversation began, as far as that has been seen here, else when. */
export function titleOf({ id, title, created_at }: Session, conversation: Conversation | undefined): string {
  if (title) return title;
  const first = conversation?.messages.find(({ role }) => role === 'user')?.text;
  if (first !== undefined) return remember(id, short(first));
  return remembered(id) ?? FORMAT.format(new Date(created_at));
}

const FORMAT = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
});
/** By session; null where none is stored. The store is slow, and the list is drawn often. */
const known = new Map<string, string | null>();
const PREFIX = 'chat-title-';
// Other tabs begin conversations, too.
addEventListener('storage', ({ key, newValue }) => {
  if (key?.startsWith(PREFIX)) known.set(key.slice(PREFIX.length), newValue);
});

function short(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length <= LENGTH ? line : `${line.slice(0, LENGTH - 1).trimEnd()}…`;
}

function remember(id: string, title: string): string {
  if (known.get(id) !== title) {
    known.set(id, title);
    localStorage.setItem(PREFIX + id, title);
  }
  return title;
}

function remembered(id: string): string | null {
  let title = known.get(id);
  if (title === undefined) {
    title = localStorage.getItem(PREFIX + id);
    known.set(id, title);
  }
  return title;
}
