import { useEffect, useRef, useState } from 'react';
import type { ConnectionState, Conversation, Message } from '../client/index.ts';

/**
 * Tells a screen reader what changes, in sentences: the text of an answer is there to be read, and is not read out
 * chunk by chunk.
 */
export function Announcer({
  connection,
  conversation,
}: {
  connection: ConnectionState;
  conversation: Conversation | undefined;
}) {
  const [sentence, say] = useState('');
  const answer = conversation?.messages.findLast(({ role }) => role === 'assistant');
  const subject = answer && `${conversation?.session} ${answer.key}`;
  const said = answer && sentenceOf(answer);
  const before = useRef({ subject, said, connection });
  useEffect(() => {
    const last = before.current;
    before.current = { subject, said, connection };
    if (connection !== last.connection && connection !== 'connecting' && last.connection !== 'connecting') {
      say(connection === 'online' ? 'Connected again.' : 'Connection lost.');
    } else if (said && said !== last.said && (subject === last.subject || said === WRITING)) {
      say(said);
    }
  }, [subject, said, connection]);
  return (
    <p className="visually-hidden" role="status">
      {sentence}
    </p>
  );
}

const WRITING = 'The answer is being written.';

function sentenceOf({ phase, state, problem, shortened }: Message): string {
  if (phase === 'error') return `The answer failed. ${problem?.message ?? ''}`;
  if (phase === 'sending') return '';
  if (phase === 'streaming') return WRITING;
  const end = state === 'cancelled' ? 'The answer was stopped.' : 'The answer is finished.';
  return shortened ? `${end} ${shortened}` : end;
}
