import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Database,
  type ErrorFields,
  errorFields,
  PostgresError,
  type Result,
  ResultTooLarge,
  type TransactionOptions,
} from '../database/database.ts';
import { typedValue } from '../database/json.ts';
import { type Payload, RequestRefused, readOptions, readPayload } from '../database/neon-request.ts';

export type Handler = (request: Request) => Promise<Response | undefined>;

/** Neon's `POST /sql` for any database, and `/status`, which shows the number of requests and sets the latency. */
export function createSqlHandler(database: Database, latencyMs: number): Handler {
  const status = { database: database.kind, requests: 0, statements: 0, latency_ms: latencyMs };

  async function answerSql(request: Request): Promise<Response> {
    const options = readOptions(request.headers);
    const payload = await readPayload(request);
    status.requests += 1;
    status.statements += payload.queries.length;
    const body = await run(database, payload, { ...options, signal: request.signal }, request.headers);
    return Response.json(body, { headers: payload.isBatch ? echo(request.headers) : {} });
  }

  async function setStatus(request: Request): Promise<Response> {
    const change: unknown = await request.json().catch(() => undefined);
    if (!isStatusChange(change))
      return Response.json(
        {
          message:
            'invalid settings: send {"latency_ms": 100} with 0 or more milliseconds, or {"requests": 0} to reset the counters',
        },
        { status: 400 },
      );
    if (change.latency_ms !== undefined) status.latency_ms = change.latency_ms;
    if (change.requests === 0) Object.assign(status, { requests: 0, statements: 0 });
    return Response.json(status);
  }

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname !== '/sql' && pathname !== '/status') return undefined;
    // Only web pages send Origin, and no web page may read this database.
    if (request.headers.has('origin'))
      return Response.json({ message: 'web pages may not use this database' }, { status: 403 });

    switch (`${request.method} ${pathname}`) {
      case 'POST /sql': {
        const response = await answerSql(request).catch(toResponse);
        if (status.latency_ms > 0) await sleep(status.latency_ms);
        return response;
      }
      case 'GET /status':
        return Response.json(status);
      case 'POST /status':
        return setStatus(request);
      default:
        return Response.json({ message: 'query is not supported' }, { status: 405 });
    }
  };
}

async function run(database: Database, { queries, isBatch }: Payload, options: TransactionOptions, headers: Headers) {
  const [first] = queries;
  const results = isBatch || !first ? await database.transact(queries, options) : [await database.run(first, options)];

  const elements = headers.get('neon-raw-text-output') === 'true' ? undefined : await readElements(database, results);
  const rendered = results.map((result, i) => {
    const isArrayMode = queries[i]?.arrayMode ?? headers.get('neon-array-mode') === 'true';
    return render(result, isArrayMode, elements);
  });
  return isBatch ? { results: rendered } : rendered[0];
}

/** The element type of each array type in the results. */
async function readElements(database: Database, results: readonly Result[]): Promise<Map<number, number>> {
  const ids = new Set(results.flatMap(({ fields }) => fields.map(({ dataTypeID }) => dataTypeID)));
  const { rows } = await database.run({
    query: 'select typarray, oid from pg_type where typarray = any($1::oid[])',
    params: [`{${[...ids].join()}}`],
  });
  return new Map(rows.map(([array, element]) => [Number(array), Number(element)]));
}

/** Renders values as raw text without `elements`, and as typed JSON with them. */
function render(result: Result, isArrayMode: boolean, elements: ReadonlyMap<number, number> | undefined) {
  const { fields, command, rowCount } = result;
  const rows = !elements
    ? result.rows
    : result.rows.map((row) =>
        row.map((text, i) => (text === null ? null : typedValue(text, fields[i]?.dataTypeID ?? 0, elements))),
      );
  return {
    command,
    rowCount,
    rows: isArrayMode ? rows : rows.map((row) => Object.fromEntries(row.map((value, i) => [fields[i]?.name, value]))),
    fields: fields.map(({ name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier }) => ({
      name,
      dataTypeID,
      tableID,
      columnID,
      dataTypeSize,
      dataTypeModifier,
      format: 'text',
    })),
    rowAsArray: isArrayMode,
  };
}

/** Neon returns the transaction headers that it has applied. */
const echo = (headers: Headers): [string, string][] =>
  ['neon-batch-read-only', 'neon-batch-deferrable', 'neon-batch-isolation-level'].flatMap((name) => {
    const value = headers.get(name);
    return value === null || value === 'false' ? [] : [[name, value]];
  });

function toResponse(error: unknown): Response {
  if (error instanceof PostgresError) return failure(400, error.message, error.fields);
  if (error instanceof RequestRefused) return failure(error.status, error.message);
  if (error instanceof ResultTooLarge) return failure(507, error.message);
  return failure(500, error instanceof Error ? error.message : String(error));
}

/** Neon sends every error field. A field without a value is null. An error that is not from Postgres has an empty `code`
 * and `severity`. */
function failure(status: number, message: string, fields: ErrorFields = { code: '', severity: '' }): Response {
  const all = Object.fromEntries(errorFields.map((name) => [name, fields[name] ?? null]));
  return Response.json({ message, ...all }, { status });
}

const isStatusChange = (value: unknown): value is { latency_ms?: number; requests?: 0 } =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, setting]: [string, unknown]) =>
    name === 'latency_ms' ? typeof setting === 'number' && setting >= 0 : name === 'requests' && setting === 0,
  );
