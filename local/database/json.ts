/** Parses JSON and keeps the text of numbers, since JavaScript would change 9007199254740993 and 1.0. */
export const parseExactly = (text: string): unknown =>
  JSON.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? JSON.rawJSON(source) : value,
  );

// Every supported runtime has these, but TypeScript's library does not yet.
declare global {
  interface JSON {
    parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** A parameter of Neon's protocol in Postgres' text format. */
export function parameterText(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? arrayText(value) : JSON.stringify(value);
}

function arrayText(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (value === null) return 'NULL';
    if (Array.isArray(value)) return arrayText(value);
    const text = JSON.stringify(value);
    return typeof value === 'object' && !JSON.isRawJSON(value) ? JSON.stringify(text) : text;
  });
  return `{${items.join()}}`;
}

const types = { bool: 16, int2: 21, int4: 23, json: 114, float4: 700, float8: 701, jsonb: 3802 };

/**
 * Converts a text of Postgres to JSON for the types that Neon converts. All others stay text, also int8 and numeric.
 */
export function typedValue(text: string, type: number, elementOf: ReadonlyMap<number, number>): unknown {
  const element = elementOf.get(type);
  if (element !== undefined) return parseArray(text, (item) => typedValue(item, element, elementOf));
  switch (type) {
    case types.bool:
      return text === 't';
    case types.int2:
    case types.int4:
      return Number(text);
    case types.float4:
    case types.float8:
      return Number.isFinite(Number(text)) ? Number(text) : text;
    case types.json:
    case types.jsonb:
      return parseExactly(text);
    default:
      return text;
  }
}

/** Parses an array of Postgres: braces, commas, and items with or without quotes. Like Neon, it ignores the bounds. */
function parseArray(text: string, convert: (item: string) => unknown): unknown[] {
  const open: unknown[][] = [];
  for (const [token, quoted] of text.slice(text.indexOf('{')).matchAll(/[{}]|"((?:[^"\\]|\\.)*)"|[^{},"]+/gs)) {
    if (token === '{') {
      const inner: unknown[] = [];
      open.at(-1)?.push(inner);
      open.push(inner);
    } else if (token === '}') {
      if (open.length === 1) break;
      open.pop();
    } else if (quoted !== undefined) open.at(-1)?.push(convert(quoted.replace(/\\(.)/gs, '$1')));
    else open.at(-1)?.push(token === 'NULL' ? null : convert(token));
  }
  return open[0] ?? [];
}
