// A proxy between the Worker and its database and mail provider, which injects their possible faults.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export const databaseFaults = ['refuse', 'hang', '500', '429', 'lost', 'cut', 'twice', '40001', '40P01'] as const;
export const mailFaults = ['refuse', 'hang', '500', '429', 'lost'] as const;
export type Fault = (typeof databaseFaults)[number];
export type Peer = 'database' | 'mail';

/** A word in every injected error, so that a leak of the error is found. */
export const canary = 'canary-7f3e';

/** Decides the fault of each request; `before` is the number of earlier requests to the same peer. */
export type Rule = (peer: Peer, before: number) => Fault | undefined;

type Reply = { status: number; type: string; body: Buffer };

let target = '';
let rule: Rule = () => undefined;
let counts: Record<Peer, number> = { database: 0, mail: 0 };
let inFlight = 0;
/** False once the response has gone out: requests that hang after it are released after a short time. */
let isHolding = true;
const releaseMs = 300;
const held = new Set<ServerResponse>();

const server = createServer(async (request, response) => {
  inFlight += 1;
  response.once('close', () => {
    inFlight -= 1;
    held.delete(response);
  });
  const body = await buffer(request).catch(() => undefined);
  if (!body) return;
  const peer: Peer = request.url === '/sql' ? 'database' : 'mail';
  const fault = rule(peer, counts[peer]);
  counts[peer] += 1;
  await applyFault(fault, response, () => forward(request, body)).catch(() => response.destroy());
});
server.keepAliveTimeout = 120_000;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
server.unref();

async function forward({ method = 'POST', url = '/', headersDistinct }: IncomingMessage, body: Buffer): Promise<Reply> {
  const headers = Object.entries(headersDistinct)
    .filter(([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name))
    .map(([name, values = []]): [string, string] => [name, values.join()]);
  const reply = await fetch(target + url, { method, headers, body: new Uint8Array(body) });
  const type = reply.headers.get('content-type') ?? '';
  return { status: reply.status, type, body: Buffer.from(await reply.arrayBuffer()) };
}

async function applyFault(
  fault: Fault | undefined,
  response: ServerResponse,
  run: () => Promise<Reply>,
): Promise<void> {
  switch (fault) {
    case 'refuse':
      response.destroy();
      return;
    case 'hang':
      held.add(response);
      if (!isHolding) setTimeout(releaseHeld, releaseMs);
      return;
    case '500':
    case '429':
      return answer(response, { status: Number(fault), type: 'text/html', body: Buffer.from(`<h1>${canary}</h1>`) });
    case '40001':
    case '40P01':
      return answer(response, { status: 400, type: 'application/json', body: Buffer.from(sqlError(fault)) });
    case 'lost':
      await run();
      response.destroy();
      return;
    case 'cut': {
      const { status, type, body } = await run();
      response.writeHead(status, { 'content-type': type, 'content-length': body.length });
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
      return;
    }
    case 'twice': {
      const first = await run();
      await run();
      return answer(response, first);
    }
    case undefined:
      return answer(response, await run());
  }
}

function answer(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, { 'content-type': type, 'content-length': body.length }).end(body);
}

const sqlError = (code: string): string =>
  JSON.stringify({ message: `could not serialize access: ${canary}`, code, detail: canary, severity: 'ERROR' });

/** The same bindings, with the addresses of this proxy. */
export function throughProxy<B extends { DATABASE_ENDPOINT: string; RESEND_BASE_URL: string }>(bindings: B): B {
  target = new URL(bindings.DATABASE_ENDPOINT).origin;
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}`;
  return { ...bindings, DATABASE_ENDPOINT: `${url}/sql`, RESEND_BASE_URL: url };
}

/** Applies this rule from now on, and starts to count from zero. */
export function inject(next: Rule): void {
  rule = next;
  counts = { database: 0, mail: 0 };
  isHolding = true;
}

export const requestCounts = (): Readonly<Record<Peer, number>> => counts;

/** Ends all hanging requests without a response, now and until the next rule. */
export function releaseHeld(): void {
  isHolding = false;
  for (const response of held) response.destroy();
}

const idleMs = 25;

/** Waits until no request is in flight for a moment. By then the Worker has also done its work after the response. */
export async function waitUntilIdle(): Promise<void> {
  for (let waitedMs = 0; waitedMs < idleMs; waitedMs += 5) {
    await sleep(5);
    if (inFlight > 0) waitedMs = 0;
  }
}
