import { describe, expect, test } from 'vitest';
import { call, nextNetwork } from '../support/app.ts';
import { sql } from '../support/db.ts';
import { appWith } from './app-with.ts';

const spoofs: Readonly<Record<string, string>> = {
  'X-Forwarded-For': '203.0.113.7',
  'X-Real-IP': '203.0.113.7',
  'X-Client-IP': '203.0.113.7',
  'True-Client-IP': '203.0.113.7',
  'Fastly-Client-IP': '203.0.113.7',
  'X-Cluster-Client-IP': '203.0.113.7',
  Forwarded: 'for=203.0.113.7',
};

async function networkHashOf(headers: Record<string, string>, network: string): Promise<string> {
  const body = { email: `${crypto.randomUUID()}@kairos.test` };
  const answer = await call('POST', '/v1/auth/verify-email/resend', { body, headers, network });
  const requestId = answer.headers.get('X-Request-Id');
  const [row] = await sql`select encode(network_hash, 'hex') as hash from audit where request_id = ${requestId}`;
  return row?.hash;
}

/** Records the keys that the rate limiter is called with. */
function createKeyRecorder() {
  const keys: string[] = [];
  const limit = async ({ key }: { key: string }) => {
    keys.push(key);
    return { success: true };
  };
  return { keys, send: appWith({ LIMIT_API: { limit } }) };
}

describe('the client address [O14]', () => {
  test.each(Object.entries(spoofs))('the header %s does not change the network in the audit', async (name, value) => {
    const network = nextNetwork();
    const plain = await networkHashOf({}, network);
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(await networkHashOf({ [name]: value }, network)).toBe(plain);
    expect(await networkHashOf({ [name]: value }, nextNetwork())).not.toBe(plain);
  });

  test('headers with client addresses do not change what the rate limiter counts', async () => {
    const { keys, send } = createKeyRecorder();
    const network = nextNetwork();
    for (const [name, value] of Object.entries(spoofs))
      await send('GET', '/v1/nothing', { headers: { 'CF-Connecting-IP': network, [name]: value } });
    expect(new Set(keys)).toEqual(new Set([network]));
  });

  test('all spellings of an address and all addresses of an IPv6 /56 count as one network [P2]', async () => {
    const { keys, send } = createKeyRecorder();
    for (const address of [
      '2001:db8:1:2::1',
      '2001:DB8:1:2:0:0:0:1',
      '2001:0db8:0001:00ff::ffff',
      '2001:db8:1:2:ffff:ffff:ffff:ffff',
    ])
      await send('GET', '/v1/nothing', { headers: { 'CF-Connecting-IP': address } });
    expect(new Set(keys).size).toBe(1);
    await send('GET', '/v1/nothing', { headers: { 'CF-Connecting-IP': '2001:db8:1:100::1' } });
    expect(new Set(keys).size).toBe(2);
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::FFFF:c000:201'])
      await send('GET', '/v1/nothing', { headers: { 'CF-Connecting-IP': address } });
    expect(new Set(keys).size).toBe(3);
  });
});
