import { useEffect, useLayoutEffect, useState } from 'react';
import type { Chat } from '../client/index.ts';
import { readAddress, visit } from './address.ts';
import { Announcer } from './announcer.tsx';
import { Composer } from './composer.tsx';
import { ConnectionNotice } from './connection-notice.tsx';
import { ConversationView } from './conversation.tsx';
import { Sessions } from './sessions.tsx';
import { SignIn } from './sign-in.tsx';
import { useChat } from './use-chat.ts';

interface AppProps {
  chat: Chat;
  development: boolean;
  token: { get(): string | null; set(token: string | null): void };
}

export function App({ chat, development, token }: AppProps) {
  const [isSignedIn, setSignedIn] = useState(() => token.get() !== null);
  const { problem } = useChat(chat);
  const isRefused = problem?.code === 'UNAUTHENTICATED';
  useEffect(() => {
    if (isSignedIn) return start(chat);
  }, [chat, isSignedIn]);

  if (!isSignedIn || isRefused) {
    const signIn = (given: string) => {
      // Where a token is not good any more, somebody else may come with the next.
      chat.close();
      token.set(given);
      setSignedIn(false);
      queueMicrotask(() => setSignedIn(true));
    };
    return <SignIn development={development} isRefused={isSignedIn && isRefused} signIn={signIn} />;
  }
  const signOut = () => {
    token.set(null);
    chat.close();
    setSignedIn(false);
  };
  return <Page chat={chat} signOut={signOut} />;
}

/** Shows what the address says, now and whenever it changes. */
function start(chat: Chat): () => void {
  const follow = () => chat.show(readAddress().session);
  void chat.loadSessions();
  follow();
  window.addEventListener('popstate', follow);
  return () => window.removeEventListener('popstate', follow);
}

function Page({ chat, signOut }: { chat: Chat; signOut: () => void }) {
  const { connection, sessions, conversations, shown, problem } = useChat(chat);
  const [mode] = useState(() => readAddress().mode);
  const conversation = shown === null ? undefined : conversations.get(shown);

  useLayoutEffect(() => {
    document.documentElement.dataset.connection = connection;
  }, [connection]);
  useLayoutEffect(() => {
    if (shown !== null) performance.mark('chat:switch-shown', { detail: { session: shown } });
  }, [shown]);

  const show = (session: string) => {
    performance.mark('chat:switch', { detail: { session } });
    visit(session);
    chat.show(session);
  };
  const begin = async () => {
    const session = await chat.begin();
    if (session) visit(session.id);
    return session?.id;
  };
  const send = async (content: string) => {
    const session = shown ?? (await begin());
    if (session === undefined) return false;
    chat.send(session, content);
    return true;
  };

  return (
    <div className="page">
      <Sessions
        sessions={sessions}
        conversations={conversations}
        shown={shown}
        show={show}
        begin={begin}
        signOut={signOut}
      />
      <main>
        <ConnectionNotice connection={connection} />
        {conversation ? (
          <ConversationView chat={chat} conversation={conversation} mode={mode} />
        ) : (
          <section className="welcome">
            <h1>Ask something</h1>
            <p>The answer goes on without you: reload, lose the network or close the tab, and come back.</p>
          </section>
        )}
        {problem && (
          <p className="problem" role="alert">
            {problem.message}
          </p>
        )}
        <Composer key={shown} send={send} stop={() => stopNewest(chat)} />
      </main>
      <Announcer connection={connection} conversation={conversation} />
    </div>
  );
}

function stopNewest(chat: Chat): void {
  const { shown, conversations } = chat.snapshot();
  const messages = conversations.get(shown ?? '')?.messages ?? [];
  const newest = messages.findLast(({ role, phase }) => role === 'assistant' && phase === 'streaming');
  if (newest) void chat.stop(newest);
}
