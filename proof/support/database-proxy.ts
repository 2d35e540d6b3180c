// Stands between the Worker and what it talks to, its database and its mail provider, and fails as they can.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export const databaseFaults = ['refuse', 'hang', '500', '429', 'lost', 'cut', 'twice', '40001', '40P01'] as const;
export const mailFaults = ['refuse', 'hang', '500', '429', 'lost'] as const;
export type Fault = (typeof databaseFaults)[number];
export type Peer = 'database' | 'mail';

/** In the words of everything that fails here, so that a leak can be told. */
export const canary = 'canary-7f3e';

/** What fails: asked for each request, with how many of its kind came before it. */
export type Rule = (peer: Peer, before: number) => Fault | undefined;

type Reply = { status: number; type: string; body: Buffer };

let target = '';
let rule: Rule = () => undefined;
let counts: Record<Peer, number> = { database: 0, mail: 0 };
let underWay = 0;
/** What hangs after the answer, when nobody waits for it any more, does so only briefly. */
let isHolding = true;
const briefMs = 300;
const held = new Set<ServerResponse>();

const server = createServer(async (request, response) => {
  underWay += 1;
  response.once('close', () => {
    underWay -= 1;
    held.delete(response);
  });
  const body = await buffer(request).catch(() => undefined);
  if (!body) return;
  const peer: Peer = request.url === '/sql' ? 'database' : 'mail';
  const fault = rule(peer, counts[peer]);
  counts[peer] += 1;
  await meet(fault, response, () => pass(request, body)).catch(() => response.destroy());
});
server.keepAliveTimeout = 120_000;
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
server.unref();

async function pass({ method = 'POST', url = '/', headersDistinct }: IncomingMessage, body: Buffer): Promise<Reply> {
  const headers = Object.entries(headersDistinct)
    .filter(([name]) => !['host', 'connection', 'content-length', 'transfer-encoding'].includes(name))
    .map(([name, values = []]): [string, string] => [name, values.join()]);
  const reply = await fetch(target + url, { method, headers, body: new Uint8Array(body) });
  const type = reply.headers.get('content-type') ?? '';
  return { status: reply.status, type, body: Buffer.from(await reply.arrayBuffer()) };
}

async function meet(fault: Fault | undefined, response: ServerResponse, run: () => Promise<Reply>): Promise<void> {
  switch (fault) {
    case 'refuse':
      response.destroy();
      return;
    case 'hang':
      held.add(response);
      if (!isHolding) setTimeout(letGo, briefMs);
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

/** The same bindings, by which the Worker comes through here. */
export function between<B extends { DATABASE_ENDPOINT: string; RESEND_BASE_URL: string }>(bindings: B): B {
  target = new URL(bindings.DATABASE_ENDPOINT).origin;
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}`;
  return { ...bindings, DATABASE_ENDPOINT: `${url}/sql`, RESEND_BASE_URL: url };
}

/** From now on requests are counted anew, and fail by this rule. */
export function inject(next: Rule): void {
  rule = next;
  counts = { database: 0, mail: 0 };
  isHolding = true;
}

export const counted = (): Readonly<Record<Peer, number>> => counts;

/** Lets go of what hangs, now and until the next rule: it ends without an answer. */
export function letGo(): void {
  isHolding = false;
  for (const response of held) response.destroy();
}

const quietMs = 25;

/** Waits until nothing has been under way for a moment: also what the Worker does after its answer is done then. */
export async function quiet(): Promise<void> {
  for (let stillMs = 0; stillMs < quietMs; stillMs += 5) {
    await sleep(5);
    if (underWay > 0) stillMs = 0;
  }
}
