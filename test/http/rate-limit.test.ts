import { describe, expect, test } from 'vitest';
import { limits } from '../../src/http/rate-limit.ts';
import { type Answer, call, nextNetwork } from '../support/app.ts';
import { createRider } from '../support/factories.ts';
import { appWith, refusing } from './app-with.ts';

function expectTooMany({ status, headers, json, text }: Answer, name: keyof typeof limits): void {
  const { limit, periodSeconds } = limits[name];
  expect(status, text).toBe(429);
  expect(json).toMatchObject({ status: 429, code: 'http.too_many_requests' });
  expect(Number(headers.get('Retry-After'))).toBe(periodSeconds);
  expect(headers.get('RateLimit')).toBe(`"${name}";r=0;t=${periodSeconds}`);
  expect(headers.get('RateLimit-Policy')).toBe(`"${name}";q=${limit};w=${periodSeconds}`);
}

const withoutId = ({ headers, text }: Answer) => text.replaceAll(headers.get('X-Request-Id') ?? '', '');

describe('rate limits [P1]', () => {
  // The binding counts by the clock's minutes: one may end between two calls that belong together.
  test('too many mail requests of one network answer 429, equally for known addresses, and other networks go on', {
    retry: 2,
  }, async () => {
    const { email } = await createRider();
    const [network, other] = [nextNetwork(), nextNetwork()];
    const resend = (address: string, from: string) =>
      call('POST', '/v1/auth/verify-email/resend', { body: { email: address }, network: from });

    const statuses: number[] = [];
    // A count begins anew with every period, which may fall into this.
    for (let sent = 0; sent < limits.mail.limit * 2 + 2 && statuses.at(-1) !== 429; sent += 1)
      statuses.push((await resend(`${crypto.randomUUID()}@kairos.test`, network)).status);
    expect(statuses.length).toBeGreaterThan(limits.mail.limit);
    expect(new Set(statuses)).toEqual(new Set([202, 429]));

    const [known, unknown] = [await resend(email, network), await resend('nobody@kairos.test', network)];
    expectTooMany(known, 'mail');
    expectTooMany(unknown, 'mail');
    expect(withoutId(known)).toBe(withoutId(unknown));
    expect((await resend(email, other)).status).toBe(202);
  });

  test.each([
    ['LIMIT_LOGIN', '/v1/auth/token', 'login'],
    ['LIMIT_LOGIN', '/v1/auth/verify-email', 'login'],
    ['LIMIT_MAIL', '/v1/auth/register', 'mail'],
    ['LIMIT_MAIL', '/v1/auth/verify-email/resend', 'mail'],
    ['LIMIT_HEAVY', `/v1/journeys/${crypto.randomUUID()}/imports`, 'heavy'],
    ['LIMIT_API', '/v1/auth/logout', 'api'],
    ['LIMIT_API', '/v1/journeys', 'api'],
    ['LIMIT_API', '/v1/nothing', 'api'],
  ] as const)('%s refuses a POST to %s before anything of the request is read', async (binding, path, name) => {
    const { token } = await createRider();
    const send = appWith({ [binding]: refusing });
    expectTooMany(await send('POST', path, { token }), name);
    expectTooMany(await send('POST', path, { token, body: '{"nonsense":1}' }), name);
  });

  test.each(['nearby', 'route', 'stats'])("LIMIT_HEAVY refuses the costly read of a journey's %s", async (part) => {
    const { token } = await createRider();
    const send = appWith({ LIMIT_HEAVY: refusing });
    expectTooMany(await send('GET', `/v1/journeys/${crypto.randomUUID()}/${part}`, { token }), 'heavy');
  });

  test('a rider is counted by account on every network, and a stranger by network', async () => {
    const keys: string[] = [];
    const limit = async ({ key }: { key: string }) => {
      keys.push(key);
      return { success: true };
    };
    const rider = await createRider();
    const [network, other] = [nextNetwork(), nextNetwork()];
    const send = appWith({ LIMIT_API: { limit } });
    for (const from of [network, other])
      await send('GET', '/v1/me', { token: rider.token, headers: { 'CF-Connecting-IP': from } });
    await send('GET', '/v1/me', { headers: { 'CF-Connecting-IP': network } });
    expect(keys).toEqual([rider.id, rider.id, network]);
  });

  test("a login is counted by network, even with a rider's token in its header [P3]", async () => {
    const keys: string[] = [];
    const limit = async ({ key }: { key: string }) => {
      keys.push(key);
      return { success: false };
    };
    const { token } = await createRider();
    const network = nextNetwork();
    const send = appWith({ LIMIT_LOGIN: { limit } });
    await send('POST', '/v1/auth/token', { token, headers: { 'CF-Connecting-IP': network } });
    expect(keys).toEqual([network]);
  });
});
