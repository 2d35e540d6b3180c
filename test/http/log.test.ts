import { beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import { call } from '../support/app.ts';
import { createRider } from '../support/factories.ts';
import { appWith, unreachable } from './app-with.ts';

const levels = ['debug', 'log', 'info', 'warn', 'error'] as const;
let spies: MockInstance[];
beforeEach(() => {
  spies = levels.map((level) => vi.spyOn(console, level).mockImplementation(() => undefined));
});

const lines = (): string[] => spies.flatMap((spy) => spy.mock.calls.map((call) => call.join(' ')));

describe('log records [O9]', () => {
  const nasty = [
    '\r\n{"level":"info","event":"forged"}',
    '\u001b[31mred\u001b[0m',
    '"}\n{"event":"forged"',
    '%0d%0aforged',
    '\u2028forged',
    '\\',
    "'",
  ];

  test('a log record is one line of JSON, whatever a client sends', async () => {
    const { token } = await createRider();
    for (const text of nasty) {
      const escaped = encodeURIComponent(text);
      await call('GET', `/v1/${escaped}?${escaped}=${escaped}`, { token });
      await call('PATCH', '/v1/me', { token, body: { name: text, [text]: text } });
      await call('POST', '/v1/auth/verify-email', {
        body: { token: text },
        headers: { 'User-Agent': text.replaceAll(/[\r\n\u2028]/g, '') },
      });
      await appWith(unreachable)('GET', `/v1/users/${escaped}`, { token });
    }
    expect(lines().length).toBeGreaterThanOrEqual(nasty.length * 4);
    for (const line of lines()) {
      expect([...line].filter((char) => char < ' ')).toEqual([]);
      const record = JSON.parse(line);
      expect(record.request_id).toMatch(/^[0-9a-f-]{36}$/);
      expect(record.event).not.toBe('forged');
    }
  });

  test('every request has one log record with the request id of its response', async () => {
    const answer = await call('GET', '/v1/journeys/x?secret=canary');
    // Work that earlier requests have left may still be logged.
    const records = lines()
      .map((line) => JSON.parse(line))
      .filter(({ request_id: id }) => id === answer.headers.get('X-Request-Id'));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      level: 'info',
      event: 'request',
      method: 'GET',
      path: '/v1/journeys/x',
      status: 401,
    });
  });
});

describe('secrets in log records [O8]', () => {
  test('no log record contains a credential, an email address or a query', async () => {
    const rider = await createRider();
    const headers = { Cookie: 'session=canary-cookie', 'X-Api-Key': 'kai_canary_key' };
    await call('GET', '/v1/me?token=canary-query', { token: rider.token, headers });
    await call('GET', '/v1/me', { token: rider.token, headers });
    for (const send of [appWith({}), appWith(unreachable)]) {
      await send('POST', '/v1/auth/token', {
        body: new URLSearchParams({ grant_type: 'password', username: rider.email, password: 'canary-password' }),
      });
      await send('POST', '/v1/auth/token', {
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: rider.refreshToken }),
      });
      await send('POST', '/v1/auth/verify-email', { body: '{"token":"canary-token"}' });
      await send('PATCH', '/v1/me', { token: rider.token, body: '{"bio":"canary-bio"}' });
    }
    const all = lines().join('\n');
    expect(all).not.toMatch(/canary|argon2/);
    for (const secret of [rider.token, rider.refreshToken, rider.email]) expect(all).not.toContain(secret);
  });
});
