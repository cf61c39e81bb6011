import { memo, useLayoutEffect, useRef } from 'react';
import type { Chat, Conversation, Message } from '../client/index.ts';
import type { Mode } from './address.ts';
import { Markdown } from './markdown.tsx';
import { PlainText } from './plain-text.tsx';

interface ConversationProps {
  chat: Chat;
  conversation: Conversation;
  mode: Mode;
}

export function ConversationView({ chat, conversation, mode }: ConversationProps) {
  const { session, messages, isLoading, isStreaming, problem } = conversation;
  const list = useRef<HTMLElement>(null);
  useStickToEnd(list, session);
  return (
    <section
      ref={list}
      className="conversation"
      data-part="conversation"
      data-session={session}
      data-loading={isLoading}
      data-streaming={isStreaming}
      aria-label="Conversation"
      aria-busy={isLoading}
      // It scrolls, so it must be reachable by keyboard.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region
      tabIndex={0}
    >
      <div className="messages">
        {problem && (
          <p className="problem" role="alert">
            {problem.message}
          </p>
        )}
        {messages.length === 0 && !problem && (
          <p className="quiet">{isLoading ? 'Loading…' : 'Nothing here yet. Ask something.'}</p>
        )}
        {messages.map((message) => (
          <Article key={message.key} chat={chat} session={session} message={message} mode={mode} />
        ))}
      </div>
    </section>
  );
}

interface ArticleProps {
  chat: Chat;
  session: string;
  message: Message;
  mode: Mode;
}

const Article = memo(function Article({ chat, session, message, mode }: ArticleProps) {
  const { key, id, role, text, answers, phase, state, problem, shortened } = message;
  const isAnswer = role === 'assistant';
  const isUnfinished = phase === 'sending' || phase === 'streaming';
  return (
    <article
      data-role={role}
      data-key={key}
      data-message={id}
      data-phase={phase}
      {...(isAnswer && { 'data-answers': answers ?? '', 'data-state': state })}
      aria-label={isAnswer ? 'Answer' : 'Your question'}
      aria-busy={isAnswer && isUnfinished}
    >
      {mode === 'plain' || !isAnswer ? (
        <PlainText text={text} />
      ) : (
        <Markdown name={`${session} ${key}`} text={text} isGrowing={isUnfinished} />
      )}
      {isAnswer && isUnfinished && (
        <p className="working">
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span className="visually-hidden">{phase === 'sending' ? 'Sending' : 'Writing'}</span>
          {phase === 'streaming' && id !== '' && (
            <button type="button" data-action="stop" onClick={() => void chat.stop(message)}>
              Stop
            </button>
          )}
        </p>
      )}
      {shortened && (
        <p className="notice" data-notice="shortened">
          {shortened}
        </p>
      )}
      {state === 'cancelled' && <p className="quiet">Stopped.</p>}
      {isAnswer && phase === 'error' && (
        <p className="notice failed">
          <span>{problem?.message ?? 'It failed.'}</span>
          <button type="button" data-action="retry" onClick={() => chat.retry(session, message)}>
            {id === '' ? 'Send again' : 'Ask again'}
          </button>
        </p>
      )}
    </article>
  );
});

/** px from the end within which the reader counts as being there, and is kept there. */
const NEAR = 80;

/** Keeps the end in view while it grows, unless the reader has scrolled away from it. */
function useStickToEnd(list: React.RefObject<HTMLElement | null>, session: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each session begins at its end
  useLayoutEffect(() => {
    const element = list.current!;
    const content = element.firstElementChild!;
    let isAtEnd = true;
    let last = 0;
    const toEnd = () => {
      if (isAtEnd) element.scrollTop = element.scrollHeight;
    };
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element;
      // Growth moves the end away from the reader; only scrolling up is the reader's own wish.
      if (scrollHeight - scrollTop - clientHeight < NEAR) isAtEnd = true;
      else if (scrollTop < last) isAtEnd = false;
      last = scrollTop;
    };
    toEnd();
    const growth = new ResizeObserver(toEnd);
    growth.observe(content);
    growth.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      growth.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [session]);
}
