// Replaces the Worker's clock, ids and random numbers. All three come from the request, so that two Workers give the
// same response to the same request. Requests must come one after the other.
import { diceOf } from './dice.ts';
import { clockHeader, cronHeader, seedHeader } from './repeatable-headers.ts';

type Handler = (request: Request, env: object, ctx: never) => Response | Promise<Response>;
type World = { now: () => Date; newId: () => string };

let [nowMs, roll] = [0, diceOf(0)];

const fill = (bytes: Uint8Array): void => {
  bytes.forEach((_, index) => {
    bytes[index] = Math.floor(roll() * 256);
  });
};

Object.defineProperty(crypto, 'getRandomValues', {
  value: <T extends ArrayBufferView>(view: T): T => {
    fill(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    return view;
  },
});

/** A UUIDv7 (RFC 9562) with the request's time. */
function newId(): string {
  const bytes = new Uint8Array(16);
  fill(bytes);
  let hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  hex = `${nowMs.toString(16).padStart(12, '0')}7${hex.slice(13, 16)}8${hex.slice(17)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const world: World = { now: () => new Date(nowMs), newId };

const openLimiter = { limit: async () => ({ success: true }) };

/** The runtime's rate limiters count by its own clock, so they are replaced. */
const withoutLimits = (env: object): object =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, name.startsWith('LIMIT_') ? openLimiter : value]),
  );

export const makeRepeatable =
  (handle: Handler, runCron: (cron: string, env: object, world: World) => Promise<void>): Handler =>
  async (request, env, ctx) => {
    nowMs = Number(request.headers.get(clockHeader));
    roll = diceOf(Number(request.headers.get(seedHeader)));
    const cron = request.headers.get(cronHeader);
    if (cron === null) return await handle(request, withoutLimits(env), ctx);
    await runCron(cron, env, world);
    return new Response(null, { status: 204 });
  };
