import fc from 'fast-check';
import { type Operation, operations, type Schema } from '../../../../test/contract/document.ts';
import { entryOf } from '../../../../test/contract/register.ts';
import { resolved } from '../../../../test/contract/schema.ts';
import { gpxOf } from '../../../../test/support/factories.ts';
import { valuesOf } from '../../../support/values.ts';
import type { Scene } from './scene.ts';
import type { SentRequest } from './twins.ts';

/** Operations that end or change a session or an account. */
const onAccounts = /^\/v1\/(auth|me|api-keys|calendar|oauth|admin)\b/;

export const everyOperation: readonly Operation[] = operations;

/** Draws an operation of the document, with ids of victims and other values that match or nearly match its schemas. */
export function anyOperation(scene: Scene, addressOf: (id: string) => string) {
  const drawn = operations[Math.floor(scene.roll() * operations.length)] ?? operations[0];
  // Calls that hash a password take 200 ms of CPU, so they are rare.
  const isSkipped = drawn && entryOf(drawn.id).hashes === 'in the call' && scene.roll() < 0.8;
  const operation = isSkipped ? (operations.find(({ id }) => id === 'listJourneys') ?? drawn) : drawn;
  if (!operation) throw new Error('the document has no operations');
  const value = (schema: Schema): unknown =>
    fc.sample(valuesOf(schema), { seed: Math.floor(scene.roll() * 2 ** 31), numRuns: 1 })[0];
  const victim = () => scene.victims[Math.floor(scene.roll() * scene.victims.length)]?.id ?? '';
  const journey = () => scene.journeyIds[Math.floor(scene.roll() * scene.journeyIds.length)] ?? '';
  const marker = () => scene.markerIds[Math.floor(scene.roll() * scene.markerIds.length)];
  const isOfMarkers = operation.path.includes('{marker_id}');

  const { journeyId = '', markerId = '' } = marker() ?? {};
  const named = (name: string, schema: Schema): string => {
    if (schema.format !== 'uuid') return encodeURIComponent(String(value(schema)).toWellFormed());
    if (scene.roll() < 0.1) return scene.newId();
    if (name === 'marker_id') return markerId;
    if (operation.path.includes('/journeys/{id}')) return isOfMarkers ? journeyId : journey();
    return victim();
  };
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { name, schema, required, in: place } of operation.parameters) {
    if (place === 'path') path = path.replace(`{${name}}`, named(name, schema));
    if (place === 'query' && (required || scene.roll() < 0.4)) query.append(name, String(value(schema)).toWellFormed());
  }
  const target = query.size > 0 ? `${path}?${query}` : path;
  return {
    operation,
    isOnAccount: onAccounts.test(operation.path),
    method: operation.method,
    target,
    ...bodyOf(operation, scene, value, () => addressOf(victim()), journey),
  };
}

function bodyOf(
  { body }: Operation,
  scene: Scene,
  value: (schema: Schema) => unknown,
  address: () => string,
  journey: () => string,
): Pick<SentRequest, 'headers' | 'body'> {
  if (!body) return {};
  const headers = { 'Content-Type': body.mediaType };
  if (body.mediaType.includes('gpx')) return { headers, body: gpxOf(scene.way(30)) };
  const schema = resolved(body.schema);
  const drawn = value(schema);
  const fields: Record<string, unknown> = typeof drawn === 'object' && drawn !== null ? { ...drawn } : {};
  if ('email' in fields) fields.email = address();
  if ('username' in fields && scene.roll() < 0.5) fields.username = address();
  if ('id' in fields) fields.id = scene.roll() < 0.4 ? journey() : scene.newId();
  if (body.mediaType.includes('json')) return { headers, body: JSON.stringify(fields) };
  const texts = Object.entries(fields).map(([name, text]) => [name, String(text).toWellFormed()]);
  return { headers, body: new URLSearchParams(texts).toString() };
}
