import { env, fetchWorker } from '#kairos';
import { configFrom } from '../../src/config.ts';
import { rememberSecretsIn } from './canary.ts';

export const apiUrl = env.API_URL;
export const config = configFrom(env);

export type Call = {
  token?: string | undefined;
  /** Sent as JSON, unless it is a string, bytes, a form or a stream. */
  body?: unknown;
  headers?: Record<string, string>;
  network?: string | undefined;
};

export type Answer = { status: number; headers: Headers; text: string; json: any };

const isRaw = (body: unknown): body is string | Uint8Array<ArrayBuffer> | URLSearchParams | ReadableStream =>
  typeof body === 'string' ||
  body instanceof Uint8Array ||
  body instanceof URLSearchParams ||
  body instanceof ReadableStream;

const textOf = (body: unknown): string =>
  typeof body === 'string' || body instanceof URLSearchParams ? body.toString() : '';

/** Sends one request to the Worker, as a client would. */
export async function call(
  method: string,
  path: string,
  { token, body, headers, network }: Call = {},
): Promise<Answer> {
  const request = new Request(new URL(path, apiUrl), {
    method,
    redirect: 'manual',
    headers: {
      'CF-Connecting-IP': network ?? nextNetwork(),
      ...(body !== undefined && !isRaw(body) && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: isRaw(body) ? body : JSON.stringify(body) }),
  });
  const response = await fetchWorker(request);
  const text = await response.text();
  rememberSecretsIn('request', { headers: request.headers, text: isRaw(body) ? textOf(body) : JSON.stringify(body) });
  rememberSecretsIn('answer', { headers: response.headers, text });
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text ? JSON.parse(text) : undefined,
  };
}

let networks = Math.floor(Math.random() * 2 ** 24);

/** A new network for each caller, since the counts of the rate limiters outlive a test. */
export function nextNetwork(): string {
  networks += 1;
  return `10.${(networks >> 16) & 255}.${(networks >> 8) & 255}.${networks & 255}`;
}

export type Client = {
  get: (path: string, options?: Call) => Promise<Answer>;
  post: (path: string, body?: unknown, options?: Call) => Promise<Answer>;
  patch: (path: string, body?: unknown, options?: Call) => Promise<Answer>;
  put: (path: string, body?: unknown, options?: Call) => Promise<Answer>;
  delete: (path: string, options?: Call) => Promise<Answer>;
};

/** A client that sends this access token from one network. */
export function clientWith(token: string | undefined, network = nextNetwork()): Client {
  const send =
    (method: string) =>
    (path: string, body: unknown, options: Call = {}) =>
      call(method, path, { token, network, body, ...options });
  return {
    get: (path, options) => send('GET')(path, undefined, options),
    post: send('POST'),
    patch: send('PATCH'),
    put: send('PUT'),
    delete: (path, options) => send('DELETE')(path, undefined, options),
  };
}

export const anonymous = () => clientWith(undefined);

/** Sends a form-encoded token request, as an OAuth client does. */
export const requestToken = (fields: Record<string, string>, options: Call = {}): Promise<Answer> =>
  call('POST', '/v1/auth/token', { body: new URLSearchParams(fields), ...options });
