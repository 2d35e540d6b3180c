const decimal = /^[ \t\r\n]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t\r\n]*$/;

/**
 * Reads an xsd:decimal (XML Schema part 2, section 3.2.3), also with an exponent, which some programs write. White
 * space around it is ignored. Undefined for anything else: hexadecimal, blank, NaN, infinity, a number that is too
 * large.
 */
export function parseDecimal(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  return value === 0 ? 0 : value;
}

/**
 * The text of an element without the indentation around it, which is white space with a line break. Spaces without a
 * line break are part of the text. White space alone gives an empty text.
 */
export function stripIndentation(text: string): string {
  const end = text.trimEnd().length;
  if (end === 0) return '';
  const start = text.length - text.trimStart().length;
  const isIndented = text.slice(0, start).includes('\n');
  const isClosedBelow = text.slice(end).includes('\n');
  return text.slice(isIndented ? start : 0, isClosedBelow ? end : text.length);
}
