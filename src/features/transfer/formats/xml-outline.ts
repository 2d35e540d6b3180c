import { Fault } from './fault.ts';
import type { XmlElement, XmlHandlers } from './xml.ts';

/** An element that a format knows, with its handlers. All other elements of the document are ignored. */
export type Outline = {
  open?: (element: XmlElement) => void;
  /** Called at the end of the element with its own text, without the text of its children. */
  text?: (value: string) => void;
  close?: () => void;
  children?: Readonly<Record<string, Outline>>;
  /** Any element may stand in it, at any depth, as in the extensions of GPX. Those that are not known there are ignored. */
  holdsAnything?: true;
};

type OpenElement = { local: string; outline: Outline | undefined; isFree: boolean; text: string };

/**
 * Follows a document along an outline. The name of the root is enough, whatever its namespace. The known elements are in
 * the namespace of the root, in none, or in another one of the format. A known element with an `open` handler is refused
 * in a wrong place, because ignoring it would lose data. The name of a known element of another namespace begins with the
 * prefix of that.
 *
 * @param prefixOf the prefix of a namespace: empty for one of the format, undefined for one whose elements are ignored.
 * @param maxText the maximum text of one element, in UTF-16 units.
 */
export function followOutline(
  root: string,
  outline: Outline,
  prefixOf: (uri: string) => string | undefined,
  maxText: number,
): XmlHandlers {
  const carriers = new Set(carriersIn(outline));
  const open: OpenElement[] = [];
  let namespace: string | undefined;

  const checkRoot = ({ local, uri }: XmlElement) => {
    if (local !== root) throw new Fault(`the root element is <${local.slice(0, 100)}>, not <${root}>`);
    namespace = uri;
    return outline;
  };

  const outlineOf = ({ local, uri }: XmlElement, parent: OpenElement) => {
    const prefix = uri === namespace || uri === '' ? '' : prefixOf(uri);
    if (!parent.outline || prefix === undefined) return undefined;
    const { children = {} } = parent.outline;
    const name = prefix + local;
    const known = Object.hasOwn(children, name) ? children[name] : undefined;
    if (!known && !parent.isFree && carriers.has(name))
      throw new Fault(`<${local}> may not stand in <${parent.local}>`);
    return known;
  };

  return {
    open(element) {
      const parent = open.at(-1);
      const known = parent ? outlineOf(element, parent) : checkRoot(element);
      known?.open?.(element);
      const isFree = parent?.isFree === true || known?.holdsAnything === true;
      open.push({ local: element.local, outline: known, isFree, text: '' });
    },
    text(text) {
      const element = open.at(-1);
      if (!element?.outline?.text) return;
      element.text += text;
      if (element.text.length > maxText) throw new Fault(`a text is longer than ${maxText} characters`);
    },
    close() {
      const element = open.pop();
      element?.outline?.text?.(element.text);
      element?.outline?.close?.();
    },
  };
}

/** The value of an attribute without a namespace. */
export const attribute = (element: XmlElement, name: string): string | undefined => element.attributes[name]?.value;

/** What stands where anything may stand is refused nowhere. */
function carriersIn({ children = {}, holdsAnything }: Outline): string[] {
  if (holdsAnything) return [];
  return Object.entries(children).flatMap(([name, child]) => [...(child.open ? [name] : []), ...carriersIn(child)]);
}
