import { type Schema as JsonSchema, Validator } from '@cfworker/json-schema';
import type { Answer } from '../support/app.ts';
import { document, type Operation, type Schema } from './document.ts';

/** The schema without a reference, with the parts of `allOf` merged and with `oneOf` as `anyOf`. */
export function resolved(schema: Schema): Schema {
  if (schema.$ref) return resolved(document.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  const { allOf, oneOf, ...rest } = schema;
  const own = oneOf ? { ...rest, anyOf: oneOf } : rest;
  if (!allOf) return own;
  const parts = allOf.map(resolved);
  return {
    ...own,
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/** The schema without references. Objects refuse undeclared fields, unless they allow additional ones. */
export function closed(schema: Schema): JsonSchema {
  const { anyOf, items, prefixItems, properties, ...own } = resolved(schema);
  const inside = properties && Object.entries(properties).map(([name, property]) => [name, closed(property)]);
  const parts = {
    ...own,
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...(items && { items: closed(items) }),
    ...(prefixItems && { prefixItems: prefixItems.map(closed), items: false }),
    ...(inside && { properties: Object.fromEntries(inside), additionalProperties: own.additionalProperties ?? false }),
  };
  return parts as JsonSchema;
}

const validators = new WeakMap<Schema, Validator>();

/** The parts of a value that the closed schema does not allow. */
export function faultsOf(schema: Schema, value: unknown): string[] {
  const validator = validators.get(schema) ?? new Validator(closed(schema), '2020-12', false);
  validators.set(schema, validator);
  const { errors } = validator.validate(value);
  return errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

/** The parts of a response that the document does not declare for the operation: status, media type, body. */
export function undeclaredIn({ responses }: Operation, { status, headers, text, json }: Answer): string[] {
  const declared = responses[status];
  if (!declared) return [`the status ${status} is not in the document`];
  if (!declared.content) return text === '' ? [] : ['a body where none is declared'];
  const mediaType = headers.get('Content-Type')?.split(';')[0] ?? '';
  const schema = declared.content[mediaType]?.schema;
  if (!schema) return [`the media type ${mediaType} is not in the document`];
  const value = mediaType.endsWith('json') ? json : text;
  return value === undefined ? ['no JSON'] : faultsOf(schema, value);
}

export type Field = { path: string[]; schema: Schema };

/** Every field that a body of this schema may have, found by walking a body that has them all. */
export function fieldsOf(schema: Schema, body: unknown, path: string[] = []): Field[] {
  const own = resolved(schema);
  const meant = own.anyOf?.find((option) => faultsOf(option, body).length === 0);
  if (meant) return fieldsOf(meant, body, path);
  if (Array.isArray(body)) return body.slice(0, 1).flatMap((item) => fieldsOf(own.items ?? {}, item, [...path, '0']));
  return Object.entries(own.properties ?? {}).flatMap(([name, property]) => {
    const value = valueAt(body, [name]);
    return [{ path: [...path, name], schema: property }, ...fieldsOf(property, value, [...path, name])];
  });
}

export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), value);

/** A copy of a body with one field changed. */
export function withValue(body: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (Array.isArray(body)) return body.with(Number(name), withValue(body[Number(name)], rest, value));
  return { ...(body as object), [name]: withValue(valueAt(body, [name]), rest, value) };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const oneOfEach: Readonly<Record<string, unknown>> = {
  string: 'text',
  number: 1.5,
  boolean: true,
  null: null,
  array: ['text'],
  object: { text: 'text' },
};

/** A value of each JSON type that the field does not accept. */
export function wrongValues(schema: Schema): [type: string, value: unknown][] {
  const { type, properties, prefixItems, additionalProperties } = resolved(schema);
  const allowed = [type ?? (properties ? 'object' : prefixItems ? 'array' : [])].flat();
  const isTaken = (name: string) => allowed.includes(name) || (name === 'number' && allowed.includes('integer'));
  return Object.entries(oneOfEach).filter(
    ([name]) => !isTaken(name) || name === 'array' || (name === 'object' && !additionalProperties),
  );
}

export const takesText = (schema: Schema): boolean => [resolved(schema).type].flat().includes('string');
