import { useLayoutEffect, useMemo, useRef } from 'react';
import { renderingOf } from './markdown/rendering.ts';

interface MarkdownProps {
  /** Of this text and no other, however it grows. */
  name: string;
  text: string;
  isGrowing: boolean;
}

/** Markdown that grows. What it is shown by outlives it, so that a conversation is shown again as it was left. */
export function Markdown({ name, text, isGrowing }: MarkdownProps) {
  const place = useRef<HTMLDivElement>(null);
  const rendering = useMemo(() => renderingOf(name), [name]);
  useLayoutEffect(() => rendering.show(text, isGrowing), [rendering, text, isGrowing]);
  // After it has been filled: what is in the document is laid out once.
  useLayoutEffect(() => place.current!.replaceChildren(rendering.element), [rendering]);
  return <div ref={place} />;
}
