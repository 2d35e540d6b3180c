import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database/database.ts';
import { createSqlHandler, type Handler } from './sql.ts';

export type Console = { url: string; port: number; close(): Promise<void> };

export type ConsoleOptions = {
  /** 0 selects any free port. */
  port: number;
  database: Database;
  /** A delay for every database reply. */
  latencyMs?: number;
  /** Handlers before that of the database, in order. The first one that returns a response ends the search. */
  before?: readonly Handler[];
  /** Handlers after that of the database. */
  handlers?: readonly Handler[];
};

/** How long `close` waits for replies in progress. */
const closingMs = 2_000;

/** Serves the database endpoint and the other handlers (inbox, providers) to this machine only. */
export async function startConsole({
  port,
  database,
  latencyMs = 0,
  before = [],
  handlers = [],
}: ConsoleOptions): Promise<Console> {
  const all = [...before, createSqlHandler(database, latencyMs), ...handlers];
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await answer(all, incoming, signalOf(outgoing));
      if (!server.listening) outgoing.shouldKeepAlive = false;
      await send(response, outgoing);
    } catch (error) {
      // The client has closed the connection: this is no error.
      if (outgoing.destroyed || incoming.destroyed) return;
      console.error(error);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500).end();
    }
  });
  // Longer than any client keeps an idle connection, so that no connection closes while a request arrives.
  server.keepAliveTimeout = 120_000;
  server.requestTimeout = 60_000;

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address ? address.port : port;

  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      const timer = setTimeout(() => server.closeAllConnections(), closingMs);
      await closed.promise;
      clearTimeout(timer);
    },
  };
}

async function answer(handlers: readonly Handler[], incoming: IncomingMessage, signal: AbortSignal): Promise<Response> {
  const { host = '' } = incoming.headers;
  // Any other host is a web page whose own name resolves to this machine (DNS rebinding).
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) {
    return Response.json({ message: 'this server answers only requests from this machine' }, { status: 421 });
  }
  const request = toRequest(incoming, host, signal);
  for (const handler of handlers) {
    const response = await handler(request);
    if (response) return response;
  }
  return Response.json({ message: 'unknown path' }, { status: 404 });
}

/** Aborted when the client closes the connection before the response is complete. */
function signalOf(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) controller.abort();
  });
  return controller.signal;
}

function toRequest(incoming: IncomingMessage, host: string, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headersDistinct } = incoming;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const body = method === 'GET' || method === 'HEAD' ? null : toBody(incoming);
  const init = { method, headers, body, signal, duplex: 'half' };
  return new Request(`http://${host}${url.startsWith('/') ? url : '/'}`, init);
}

/** Node's web stream is the stream that Request takes. Only their type declarations differ. */
const toBody = (incoming: IncomingMessage): BodyInit => Readable.toWeb(incoming) as BodyInit;

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  if (response.body) await pipeline(response.body, outgoing);
  else outgoing.end();
}
