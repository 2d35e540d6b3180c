import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { decodeText } from '../../../lib/decode-text.ts';
import { Fault } from './fault.ts';
import type { ReadingLimits } from './reading.ts';

export type XmlElement = {
  /** The namespace; empty for an element without one. */
  uri: string;
  local: string;
  attributes: Readonly<Record<string, SaxesAttributeNS>>;
};

/** The handlers of a format. Each may throw a `Fault` to refuse the document. */
export type XmlHandlers = {
  open(element: XmlElement): void;
  /** Gets the text of the innermost open element, in one or several calls, also CDATA. */
  text(text: string): void;
  close(): void;
};

export type XmlResult = { ok: true } | { ok: false; where: string; why: string };

type XmlLimits = Pick<ReadingLimits, 'bytes' | 'depth' | 'attributesPerElement' | 'textLength'>;

/**
 * Reads a document (XML 1.0 with namespaces) as a stream, so that only a few pieces of it are in memory. A document
 * with a document type declaration is refused, so no entities exist but the five of XML itself.
 *
 * The place of a refusal is the current line and column (both from 1), or the byte that cannot be decoded.
 */
export async function readXml(
  bytes: AsyncIterable<Uint8Array>,
  limits: XmlLimits,
  handlers: XmlHandlers,
): Promise<XmlResult> {
  const parser = createParser(limits, handlers);
  try {
    for await (const piece of decodeText(limitBytes(bytes, limits.bytes))) {
      if (!piece.ok) return { ok: false, where: `byte ${piece.byteOffset}`, why: piece.why };
      parser.write(piece.text);
    }
    parser.close();
    return { ok: true };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ok: false, where: parser.where(), why: error.message };
  }
}

async function* limitBytes(bytes: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array, void> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > maxBytes) throw new Fault(`the file is longer than ${maxBytes} bytes`);
    yield chunk;
  }
}

/** The rules of XML 1.0 apply whatever version a file names, because 1.1 allows control characters. */
const options = { xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

/** saxes then takes the prefix for the namespace, which is that of no format. */
const undeclaredPrefix = /^unbound namespace prefix/;
/** An empty line before the declaration changes nothing. Within the document the declaration is that of another one. */
const lateDeclaration = /^an XML declaration must be at the start of the document/;

/** Stops at the first fault that matters, where saxes itself would continue. */
class StrictParser extends SaxesParser<typeof options> {
  hasRoot = false;

  override fail(message: string): this {
    if (undeclaredPrefix.test(message) || (!this.hasRoot && lateDeclaration.test(message))) return this;
    throw new Fault(message.slice(0, 200));
  }
}

/**
 * Uses only six handlers. With about ten, V8 turns the parser into a dictionary, which is four times slower (measured).
 */
function createParser(limits: XmlLimits, handlers: XmlHandlers) {
  const parser = new StrictParser(options);
  let depth = 0;
  let written = 0;
  let lastEventAt = 0;

  /**
   * The parser collects a whole token before its event, so a limit on the distance between two events limits memory.
   */
  const bound = (position: number) => {
    if (position - lastEventAt <= limits.textLength) return;
    throw new Fault(`a text, tag or comment is longer than ${limits.textLength} characters`);
  };
  const step = () => {
    bound(parser.position);
    lastEventAt = parser.position;
  };
  const text = (text: string) => {
    step();
    handlers.text(text);
  };

  parser.on('doctype', () => {
    throw new Fault('a document type declaration is not accepted');
  });
  parser.on('comment', step);
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('opentag', (tag) => {
    step();
    parser.hasRoot = true;
    depth += 1;
    if (depth > limits.depth) throw new Fault(`elements are nested deeper than ${limits.depth}`);
    if (Object.keys(tag.attributes).length > limits.attributesPerElement) {
      throw new Fault(`an element has more than ${limits.attributesPerElement} attributes`);
    }
    handlers.open(tag);
  });
  parser.on('closetag', () => {
    step();
    depth -= 1;
    handlers.close();
  });

  return {
    write(text: string) {
      parser.write(text);
      written += text.length;
      bound(written);
    },
    close: () => void parser.close(),
    // The column is that of the last character, which is 0 at the start of a line.
    where: () => `line ${parser.line}, column ${Math.max(1, parser.column)}`,
  };
}
