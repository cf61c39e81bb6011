import { type MouseEvent, memo, useEffect, useState } from 'react';
import type { Conversation, Session } from '../client/index.ts';
import { titleOf } from './title.ts';

interface SessionsProps {
  sessions: readonly Session[] | null;
  conversations: ReadonlyMap<string, Conversation>;
  shown: string | null;
  show(session: string): void;
  begin(): void;
  signOut(): void;
}

export function Sessions({ sessions, conversations, shown, show, begin, signOut }: SessionsProps) {
  const [isOpen, setOpen] = useState(false);
  // On a narrow screen the list lies over the conversation: a choice closes it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of `shown` that counts
  useEffect(() => setOpen(false), [shown]);
  return (
    <header className="sessions" data-open={isOpen}>
      <div className="bar">
        <button
          type="button"
          className="toggle"
          aria-expanded={isOpen}
          aria-controls="sessions"
          onClick={() => setOpen(!isOpen)}
        >
          Conversations
        </button>
        <span className="brand">holdfast chat</span>
        <button type="button" data-action="new-session" onClick={begin}>
          New chat
        </button>
      </div>
      <nav id="sessions" aria-label="Conversations">
        {sessions === null && <p className="quiet">Loading…</p>}
        {sessions?.length === 0 && <p className="quiet">None yet.</p>}
        <ul>
          {sessions?.map((session) => (
            <Item
              key={session.id}
              id={session.id}
              title={titleOf(session, conversations.get(session.id))}
              isShown={session.id === shown}
              isStreaming={conversations.get(session.id)?.isStreaming ?? false}
              show={show}
            />
          ))}
        </ul>
        <button type="button" className="link" data-action="sign-out" onClick={signOut}>
          Sign out
        </button>
      </nav>
    </header>
  );
}

interface ItemProps {
  id: string;
  title: string;
  isShown: boolean;
  isStreaming: boolean;
  show(session: string): void;
}

const Item = memo(
  function Item({ id, title, isShown, isStreaming, show }: ItemProps) {
    const follow = (event: MouseEvent) => {
      // With a modifier the browser opens a tab or a window of its own.
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      show(id);
    };
    return (
      <li>
        <a
          href={`?session=${id}`}
          data-session={id}
          aria-current={isShown ? 'page' : undefined}
          onClick={follow}
        >
          <span className="title">{title}</span>
          {isStreaming && <span className="dot" role="img" aria-label="an answer is being written" />}
        </a>
      </li>
    );
  },
  (a, b) => a.title === b.title && a.isShown === b.isShown && a.isStreaming === b.isStreaming,
);
