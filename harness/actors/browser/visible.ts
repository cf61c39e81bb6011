/**
 * The text of an element as far as a person can see it. `visibleText` runs in the page, and may use nothing from outside
 * itself.
 *
 * Left out is what is not rendered (`display: none`, closed `details`), hidden, wholly transparent, clipped to nothing,
 * of no size, or written in letters of no size. What `content-visibility: auto` puts off until it is scrolled to counts
 * as shown. Not noticed: what is covered by something else, moved off the page, or written in the colour of its ground.
 */

/** Of the DOM, as much as it takes to tell. */
export interface VisibleNode {
  readonly nodeType: number;
  readonly textContent: string | null;
}
export interface VisibleElement extends VisibleNode {
  readonly parentElement: VisibleElement | null;
  readonly childElementCount: number;
  readonly childNodes: Iterable<VisibleNode>;
  readonly offsetWidth?: number;
  readonly offsetHeight?: number;
  checkVisibility?(options: Record<string, boolean>): boolean;
  getBoundingClientRect(): { width: number; height: number };
}
type Style = Record<
  'display' | 'visibility' | 'position' | 'clip' | 'clipPath' | 'fontSize' | 'overflowX' | 'overflowY',
  string
>;

export interface VisibleText {
  /** Whether it has a place in the page where something could be seen. */
  isShown(element: VisibleElement): boolean;
  /**
   * Text that is seen in it. What was read before is remembered until it is forgotten. Takes styles only, but for the
   * first text of an element, when the size of its place is asked for: that takes a layout.
   */
  of(element: VisibleElement): string;
  /** Its own text may have changed, and with it that of everything around it. */
  forget(element: VisibleElement): void;
  /** It may have been shown or hidden. */
  forgetOnly(element: VisibleElement): void;
  /** Anything may have been shown or hidden. */
  forgetAll(): void;
  /** Whether since `forgetAll` there was text that cannot be seen. */
  readonly hides: boolean;
}

export function visibleText(): VisibleText {
  const { getComputedStyle } = globalThis as unknown as { getComputedStyle(element: VisibleElement): Style };
  const ELEMENT = 1;
  const TEXT = 3;
  const CDATA = 4;
  /** px: so small is what is there for screen readers only. */
  const NOTHING = 2;
  const SEEN = { opacityProperty: true, visibilityProperty: true };
  let texts = new WeakMap<VisibleElement, string>();
  let hiddenPlaces = new WeakMap<VisibleElement, boolean>();
  let hides = false;

  function isRendered(element: VisibleElement, options: Record<string, boolean>): boolean {
    // An old browser cannot tell.
    if (element.checkVisibility?.(options) !== false) return true;
    // That has no box of its own, and still shows what is in it.
    const { display, visibility } = getComputedStyle(element);
    if (display !== 'contents' || visibility !== 'visible') return false;
    return element.parentElement !== null && isRendered(element.parentElement, { opacityProperty: true });
  }

  /** By a style that shows nothing of what is in it, whatever its size. */
  function isClippedAway({ position, clip, clipPath }: Style): boolean {
    if (/^inset\((?:[5-9]\d|\d{3,})(?:\.\d+)?%|^circle\(0(?:px|%)?[ )]/.test(clipPath)) return true;
    if (position !== 'absolute' && position !== 'fixed') return false;
    const [top, right, bottom, left] = clip.match(/-?[\d.]+/g)?.map(Number) ?? [];
    return left !== undefined && (right! - left < NOTHING || bottom! - top! < NOTHING);
  }

  /** Whether nothing can be seen there: it, or what it stands in, is clipped away or squeezed to nothing. */
  function isHiddenPlace(place: VisibleElement): boolean {
    const { document } = globalThis as unknown as { document: { body: VisibleElement } };
    // What is positioned is clipped only by what it is positioned in.
    let isPositioned = false;
    for (let at: VisibleElement | null = place; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (isPositioned && style.position === 'static') continue;
      if (isClippedAway(style) || isSqueezed(at, style)) return true;
      if (style.position === 'fixed') return false;
      isPositioned = style.position === 'absolute';
    }
    return false;
  }

  function isSqueezed(element: VisibleElement, { display, overflowX, overflowY }: Style): boolean {
    if (display === 'contents') return false;
    const { width, height } = element.getBoundingClientRect();
    if (width >= NOTHING && height >= NOTHING) return false;
    if (width < NOTHING && (overflowX !== 'visible' || element.offsetWidth! >= NOTHING)) return true;
    return height < NOTHING && (overflowY !== 'visible' || element.offsetHeight! >= NOTHING);
  }

  function isHiddenPlaceOf(element: VisibleElement): boolean {
    let isHidden = hiddenPlaces.get(element);
    if (isHidden === undefined) {
      // What is put off until it is scrolled to has no size yet.
      const isLaidOut = element.checkVisibility?.({ contentVisibilityAuto: true }) ?? true;
      isHidden = isLaidOut && isHiddenPlace(element);
      hiddenPlaces.set(element, isHidden);
    }
    return isHidden;
  }

  function read(element: VisibleElement): string {
    const known = texts.get(element);
    if (known !== undefined) return known;
    const style = getComputedStyle(element);
    const isOpen = !isClippedAway(style);
    const isSeen = isOpen && style.fontSize !== '0px' && isRendered(element, SEEN);
    let text = '';
    for (const node of element.childElementCount === 0 ? [element] : element.childNodes) {
      const isElement = node.nodeType === ELEMENT && node !== element;
      if (isElement && isOpen) text += read(node as VisibleElement);
      else if (node !== element && !isElement && node.nodeType !== TEXT && node.nodeType !== CDATA) continue;
      else if (isSeen) text += node.textContent ?? '';
      else hides ||= (node.textContent ?? '').trim() !== '';
    }
    texts.set(element, text);
    return text;
  }

  return {
    isShown: (element) => isRendered(element, SEEN),
    of(element) {
      const text = read(element);
      // An answer that has not begun yet is of no size.
      if (text.trim() === '' || !isHiddenPlaceOf(element)) return text;
      hides = true;
      return '';
    },
    forget(element) {
      for (let at: VisibleElement | null = element; at; at = at.parentElement) texts.delete(at);
    },
    forgetOnly(element) {
      texts.delete(element);
      hiddenPlaces.delete(element);
    },
    forgetAll() {
      texts = new WeakMap();
      hiddenPlaces = new WeakMap();
      hides = false;
    },
    get hides() {
      return hides;
    },
  };
}
