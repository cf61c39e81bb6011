/** A strict reader of the XML that the reports write: it refuses what a conforming parser must refuse. */

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  /** Texts and elements as they follow each other. */
  content: (Element | string)[];
}

const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const NAME = '[A-Za-z_][\\w.:-]*';
const TAG = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>`, 'y');
const ATTRIBUTE = new RegExp(`(${NAME})="([^"<]*)"`, 'g');
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** @throws where the text is not well-formed */
export function parseXml(text: string): Element {
  const bad = FORBIDDEN.exec(text);
  if (bad) throw new Error(`forbidden character at ${bad.index}`);
  const root: Element = { name: '', attributes: {}, children: [], content: [] };
  const open = [root];
  let at = text.startsWith('<?xml ') ? text.indexOf('?>') + 2 : 0;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    open.at(-1)!.content.push(decode(text.slice(at, next < 0 ? text.length : next)));
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(text);
    if (!tag) throw new Error(`not a tag: ${text.slice(next, next + 60)}`);
    const [whole, closing, name = '', attributes = '', empty] = tag;
    at = next + whole.length;
    if (closing) {
      const ended = open.pop()!;
      if (ended.name !== name) throw new Error(`</${name}> ends <${ended.name}>`);
      continue;
    }
    const element: Element = { name, attributes: attributesOf(attributes), children: [], content: [] };
    open.at(-1)!.children.push(element);
    open.at(-1)!.content.push(element);
    if (!empty) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> never ends`);
  const stray = root.content.some((part) => typeof part === 'string' && part.trim() !== '');
  if (root.children.length !== 1 || stray) throw new Error('there must be one root');
  return root.children[0]!;
}

export function* elements(element: Element, name?: string): Generator<Element> {
  if (name === undefined || element.name === name) yield element;
  for (const child of element.children) yield* elements(child, name);
}

export function textOf(element: Element): string {
  return element.content.map((part) => (typeof part === 'string' ? part : textOf(part))).join('');
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(found, name)) throw new Error(`attribute ${name} stands twice`);
    found[name] = decode(value);
  }
  return found;
}

function decode(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => {
    const value = whole.endsWith(';') ? ENTITIES[name] : undefined;
    if (value === undefined) throw new Error(`a bare & at "${whole}"`);
    return value;
  });
}
