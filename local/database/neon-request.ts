import { isolations, type Statement, type TransactionOptions } from './database.ts';
import { parameterText, parseExactly } from './json.ts';

export type Query = Statement & { arrayMode: boolean | undefined };
export type Payload = { queries: Query[]; isBatch: boolean };

/** A refused request that does not reach Postgres, with the message and status of Neon's proxy. */
export class RequestRefused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const maxBytes = 64 * 1024 * 1024;

/**
 * Reads the transaction options from the headers. The user of the connection string becomes the role; its password is
 * ignored.
 */
export function readOptions(headers: Headers): TransactionOptions {
  const isolation = headers.get('neon-batch-isolation-level') ?? undefined;
  if (isolation !== undefined && !isIsolation(isolation)) throw new RequestRefused(400, 'invalid isolation level');
  return {
    role: readRole(headers.get('neon-connection-string')),
    isolation,
    readOnly: headers.get('neon-batch-read-only') === 'true',
    deferrable: headers.get('neon-batch-deferrable') === 'true',
  };
}

const isIsolation = (name: string): name is keyof typeof isolations => Object.hasOwn(isolations, name);

function readRole(connectionString: string | null): string {
  if (connectionString === null) throw new RequestRefused(400, 'invalid header: neon-connection-string');
  const url = URL.parse(connectionString);
  if (!url) throw new RequestRefused(400, 'invalid connection string');
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw new RequestRefused(400, 'incorrect scheme');
  if (url.username === '') throw new RequestRefused(400, 'missing username');
  try {
    return decodeURIComponent(url.username);
  } catch {
    throw new RequestRefused(400, 'invalid username');
  }
}

export async function readPayload(request: Request): Promise<Payload> {
  const bytes = await readBody(request);
  const json = parse(bytes);

  const single = toQuery(json);
  if (single) return { queries: [single], isBatch: false };

  const batch = isRecord(json) && Array.isArray(json.queries) ? json.queries.map(toQuery) : [undefined];
  const queries = batch.filter((query) => query !== undefined);
  if (queries.length < batch.length) throw unparsable('data did not match any variant of untagged enum Payload');
  return { queries, isBatch: true };
}

async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    // Too long bodies are also read to the end, since a client that is still sending does not read the response.
    if (length <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > maxBytes) throw new RequestRefused(413, `request is too large (max is ${maxBytes} bytes)`);
  return Buffer.concat(chunks);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return parseExactly(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw unparsable(error instanceof Error ? error.message : String(error));
  }
}

function toQuery(json: unknown): Query | undefined {
  if (!isRecord(json)) return undefined;
  const { query, params = [], arrayMode = null } = json;
  if (typeof query !== 'string' || !Array.isArray(params)) return undefined;
  if (arrayMode !== null && typeof arrayMode !== 'boolean') return undefined;

  const texts = params.map(parameterText);
  // JavaScript can send an unpaired surrogate, and Neon's parser refuses it.
  if (![query, ...texts].every((text) => text === null || text.isWellFormed())) {
    throw unparsable('lone leading surrogate in hex escape');
  }
  if (query.includes('\0')) {
    throw new RequestRefused(400, 'error encoding message to server: string contains embedded null');
  }
  if (isCopy(query)) throw new RequestRefused(400, 'COPY is not supported over HTTP');
  return { query, params: texts, arrayMode: arrayMode ?? undefined };
}

/** COPY would send its rows in messages of their own, and not as a result. */
const isCopy = (query: string): boolean => /^(?:\s|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)*copy\b/i.test(query);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unparsable = (why: string): RequestRefused =>
  new RequestRefused(400, `could not parse the HTTP request body: ${why}`);
