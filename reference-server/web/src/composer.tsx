import { type FormEvent, type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';

interface ComposerProps {
  /** @returns whether it was taken; else the text stays */
  send(content: string): Promise<boolean>;
  stop(): void;
}

export const Composer = memo(
  function Composer({ send, stop }: ComposerProps) {
    const [text, setText] = useState('');
    const field = useRef<HTMLTextAreaElement>(null);
    useEffect(() => field.current?.focus({ preventScroll: true }), []);

    const submit = async (event?: FormEvent) => {
      event?.preventDefault();
      if (text.trim() === '') return;
      setText('');
      if (!(await send(text))) setText((since) => since || text);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      // Enter also ends the composition of a character.
      if (event.nativeEvent.isComposing) return;
      if (event.key === 'Enter' && !event.shiftKey) void submit(event);
      if (event.key === 'Escape') stop();
    };
    return (
      <form className="composer" onSubmit={submit}>
        <label className="visually-hidden" htmlFor="question">
          Your question
        </label>
        <textarea
          ref={field}
          id="question"
          name="question"
          rows={1}
          placeholder="Ask something"
          aria-keyshortcuts="Enter Escape"
          aria-describedby="keys"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" data-action="send" className="primary" disabled={text.trim() === ''}>
          Send
        </button>
        <p id="keys" className="keys">
          Enter sends, Shift+Enter breaks the line, Escape stops the answer.
        </p>
      </form>
    );
  },
  // The calls do the same whenever they were made; only the session matters, and it is the key.
  () => true,
);
