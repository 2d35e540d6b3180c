import { jsonTooDeep, malformedJson, malformedText, unstorableText } from './errors.ts';

const maxJsonDepth = 32;

/** The path of the first text in the JSON that Postgres cannot store. */
function findUnstorable(value: unknown, path: string[] = []): string[] | undefined {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? undefined : path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (!key.isWellFormed() || key.includes('\0')) return path;
    const found = findUnstorable(member, [...path, key]);
    if (found) return found;
  }
  return;
}

/** Counts brackets outside strings, so that deep nesting is rejected before anything parses it. */
export function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return false;
}

export function checkJson(text: string): void {
  if (isDeeperThan(text, maxJsonDepth)) throw jsonTooDeep();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedJson();
  }
  const path = findUnstorable(value)?.join('.');
  if (path !== undefined)
    throw unstorableText({ errors: [{ path, message: 'Contains a NUL or half a surrogate pair.' }] });
}

/** The text with percent signs and pluses decoded. `undefined` if the result is not UTF-8. */
export function decodeForm(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** A percent sign without two hex digits is literal (URL Standard, section 1.3). */
const escapeBarePercents = (text: string): string => text.replaceAll(/%(?![\da-f]{2})/gi, '%25');

export function checkForm(text: string): void {
  const decoded = decodeForm(escapeBarePercents(text));
  if (decoded === undefined) throw malformedText();
  if (decoded.includes('\0')) throw unstorableText();
}
