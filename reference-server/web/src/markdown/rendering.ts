/** A text that grows, as elements that grow with it: only the blocks that a chunk changes are made again. */
import { type Block, type Blocks, blocksOf } from './blocks.ts';
import { CodeView } from './code.ts';
import { nodesOf } from './html.ts';

/** ms between two drawings of a text that grows; more where a drawing takes long, so that it never fills the thread. */
const PACE = 40;
const SHARE = 6;
/** … but no more than this: what has come is to be seen, however slow the machine. */
const LONGEST_PACE = 400;
/** ms after which others have their turn, where much has gathered: half of what lies between two frames. */
const TURN = 8;

export class Rendering {
  readonly element = document.createElement('div');
  #blocks: Blocks | undefined;
  readonly #views: BlockView[] = [];
  #text = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** ms that the last drawing took, with what the browser made of it. */
  #cost = 0;

  constructor() {
    this.element.className = 'markdown';
    this.element.dataset.part = 'text';
    this.element.dir = 'auto';
  }

  /** Shows the text: as of a moment ago while it grows, for chunks may come faster than anybody reads; else at once. */
  show(text: string, isGrowing: boolean): void {
    this.#text = text;
    if (!isGrowing) this.#draw(Number.POSITIVE_INFINITY);
    else if (this.#blocks === undefined) this.#draw(TURN);
    else this.#drawIn(Math.min(LONGEST_PACE, Math.max(PACE, this.#cost * SHARE)));
  }

  #drawIn(ms: number): void {
    this.#timer ??= setTimeout(() => this.#draw(TURN), ms);
  }

  /** @param turn ms after which the rest is left for a task of its own */
  #draw(turn: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const begun = performance.now();
    this.#blocks = blocksOf(this.#text, this.#blocks);
    const { list } = this.#blocks;
    for (const [index, block] of list.entries()) {
      if (this.#views[index]?.block === block) continue;
      if (performance.now() - begun > turn) {
        this.#drawIn(0);
        return;
      }
      this.#put(index, block);
    }
    for (const { element } of this.#views.splice(list.length)) element.remove();
    setTimeout(() => {
      this.#cost = performance.now() - begun;
    });
  }

  #put(index: number, block: Block): void {
    const before = this.#views[index];
    if (before?.block.kind === block.kind) {
      before.show(block);
      return;
    }
    const view = new BlockView(block);
    if (before) before.element.replaceWith(view.element);
    else this.element.append(view.element);
    this.#views[index] = view;
  }
}

class BlockView {
  readonly element: HTMLElement;
  readonly #code: CodeView | undefined;
  block: Block;

  constructor(block: Block) {
    this.block = block;
    if (block.kind === 'code') this.#code = new CodeView();
    this.element = this.#code?.element ?? document.createElement('div');
    if (!this.#code) this.element.className = 'block';
    this.element.dir = 'auto';
    this.#draw(block);
  }

  show(block: Block): void {
    const before = this.block;
    this.block = block;
    if (!(before.kind === 'text' && block.kind === 'text' && before.source === block.source))
      this.#draw(block);
  }

  #draw(block: Block): void {
    if (block.kind === 'code') this.#code!.show(block);
    else this.element.replaceChildren(nodesOf(block.source));
  }
}

/**
 * Renderings that were shown before, by their names: showing them again costs no more than putting them into the
 * document. Those that were not shown for long make room.
 */
const remembered = new Map<string, Rendering>();
const REMEMBERED = 200;

/** @param name of this text and no other, however it grows */
export function renderingOf(name: string): Rendering {
  const rendering = remembered.get(name) ?? new Rendering();
  remembered.delete(name);
  remembered.set(name, rendering);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value!);
  return rendering;
}
