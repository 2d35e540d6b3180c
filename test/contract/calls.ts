import { type Answer, type Call, call } from '../support/app.ts';
import type { Rider } from '../support/factories.ts';
import { isJsonBody, isOpen, type Operation } from './document.ts';
import type { Example } from './operations/entry.ts';

/** The address of an operation with its parameters filled in. */
export const addressOf = (
  { path }: Pick<Operation, 'path'>,
  { params = {}, query = '' }: Partial<Example> = {},
): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? crypto.randomUUID()) + query;

/**
 * Calls an operation with its example, unless options replace parts. It sends the rider's token if the operation needs
 * one.
 */
export function send(
  operation: Operation,
  example: Partial<Example>,
  rider: Rider | undefined,
  options: Call = {},
): Promise<Answer> {
  const isJson = isJsonBody(operation) && example.body !== undefined;
  const mediaType = isJson ? 'application/json' : example.mediaType;
  const { body = isJson ? JSON.stringify(example.body) : example.body } = options;
  const proof = typeof body === 'string' ? example.sign?.(body) : undefined;
  return call(operation.method, addressOf(operation, example), {
    token: isOpen(operation) ? undefined : rider?.token,
    ...options,
    body,
    headers: { ...(mediaType && { 'Content-Type': mediaType }), ...example.headers, ...proof, ...options.headers },
  });
}

/** All parts of a response that a client can compare, except the id of the request. */
export function distinguishable({ status, headers, text }: Answer) {
  const requestId = headers.get('X-Request-Id') ?? '';
  return { status, headers: [...headers.keys()].sort(), text: text.replaceAll(requestId, '…') };
}
