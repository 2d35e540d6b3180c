import { Fault } from './fault.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json | undefined };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
export const isAbsent = (value: Json | undefined): value is null | undefined => value === null || value === undefined;
export const numberOf = (value: Json | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** A value as a text for people. Lists and objects have none: they may be deep, and an object may have a `toString` of its own. */
export const shownText = (value: Json): string =>
  typeof value === 'object' && value !== null ? 'a list or an object' : String(value);

/** The first of these members that is a number or has a text; empty without one. Postgres has no text with a NUL. */
export function textIn(object: JsonObject, keys: readonly string[]): string {
  const texts = keys
    .map((key) => object[key])
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  const text = texts.map(String).find((one) => one.trim() !== '') ?? '';
  return text.replaceAll('\0', '').toWellFormed();
}

/** Reads a whole file in UTF-8. The parsed values take several times the memory of the text. */
export async function readJson(bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Json> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new Fault('the text is not UTF-8');
    }
  };
  let text = '';
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.length;
    if (total > maxBytes) throw new Fault(`a file in JSON may have ${maxBytes} bytes at most`);
    text += decode(chunk);
  }
  text += decode();
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Fault(`this is no JSON: ${error instanceof Error ? error.message.slice(0, 200) : ''}`);
  }
}
