import { memo, useEffect, useRef, useState } from 'react';
import { type Block, type Blocks, blocksOf, htmlOf } from './blocks.ts';

/** The blocks of texts that were shown before, by their names: showing them again begins with these. */
const remembered = new Map<string, Blocks>();
const REMEMBERED = 200;

interface MarkdownProps {
  /** Of this text and no other, however it grows. */
  name: string;
  text: string;
  isGrowing: boolean;
}

/** Markdown that grows: only the blocks that a chunk changes are rendered again. */
export function Markdown({ name, text, isGrowing }: MarkdownProps) {
  const blocks = blocksOf(usePaced(text, isGrowing), remembered.get(name));
  remember(name, blocks);
  return (
    <div className="markdown" data-part="text" dir="auto">
      {blocks.list.map((block, index) => (
        // A block keeps its place while the text grows: its index is its identity.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <BlockView key={index} block={block} />
      ))}
    </div>
  );
}

function remember(name: string, blocks: Blocks): void {
  remembered.delete(name);
  remembered.set(name, blocks);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
}

const BlockView = memo(
  function BlockView({ block }: { block: Block }) {
    // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitized in htmlOf
    return <div className={block.kind} dir="auto" dangerouslySetInnerHTML={{ __html: htmlOf(block) }} />;
  },
  (a, b) => a.block.kind === b.block.kind && a.block.source === b.block.source,
);

/** ms between two renderings of a text that grows; more where a rendering takes long, so that it never fills the thread. */
const PACE = 40;
const SHARE = 6;

/** The text as of a moment ago: chunks may come faster than anybody reads. Its end is shown at once. */
function usePaced(text: string, isGrowing: boolean): string {
  const [shown, setShown] = useState(text);
  const latest = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const cost = useRef(0);
  latest.current = text;
  useEffect(() => {
    if (!isGrowing || timer.current !== undefined || text === shown) return;
    timer.current = setTimeout(
      () => {
        timer.current = undefined;
        const begun = performance.now();
        setShown(latest.current);
        // After this task React has rendered, and the next one knows what it took.
        queueMicrotask(() =>
          setTimeout(() => {
            cost.current = performance.now() - begun;
          }),
        );
      },
      Math.max(PACE, cost.current * SHARE),
    );
  }, [text, shown, isGrowing]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return isGrowing ? shown : text;
}
