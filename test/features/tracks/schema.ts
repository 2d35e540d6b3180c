import { Validator } from '@cfworker/json-schema';
import { call } from '../../support/app.ts';

/** What of a body does not fit what the OpenAPI document declares for an answer; members not declared do not fit. */
export async function unfitting(operation: readonly [path: string, method: string], mediaType: string, body: unknown) {
  const { json: document } = await call('GET', '/openapi.json');
  const [path, method] = operation;
  const responses = document.paths[path][method].responses;
  const { schema } = (responses[200] ?? responses[201]).content[mediaType];
  const closed = close({ ...schema, components: document.components });
  return new Validator(closed as object, '2020-12', false).validate(body).errors;
}

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  return 'properties' in members && !('allOf' in members) ? { additionalProperties: false, ...members } : members;
}
