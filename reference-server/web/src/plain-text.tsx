import { useLayoutEffect, useRef } from 'react';

/** The very text, and nothing else. It grows by what was added, so that each chunk costs what the chunk is long. */
export function PlainText({ text }: { text: string }) {
  const element = useRef<HTMLDivElement>(null);
  const shown = useRef('');
  useLayoutEffect(() => {
    const node = textNodeOf(element.current!);
    if (text.startsWith(shown.current)) node.appendData(text.slice(shown.current.length));
    else node.data = text;
    shown.current = text;
  }, [text]);
  return <div ref={element} className="plain" data-part="text" dir="auto" />;
}

function textNodeOf(element: HTMLElement): Text {
  if (!(element.firstChild instanceof Text)) element.replaceChildren(new Text());
  return element.firstChild as Text;
}
